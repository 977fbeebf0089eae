using Microsoft.Extensions.Hosting;

namespace AmViz.Cluster.Client;

/// <summary>A host whose caller says when it is over, not the console.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
