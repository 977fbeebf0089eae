using AmViz.Cli.Engine;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Client;
using AmViz.Cluster.Http;
using AmViz.Storage;
using Microsoft.Extensions.Logging;

namespace AmViz.Cli.Clusters;

/// <summary>A cluster that is found by its Redis: sweeps are planned on this machine, which has their networks or fetches them from a store.</summary>
/// <param name="cluster">Which cluster.</param>
/// <param name="patience">How long to try.</param>
/// <param name="logging">Where logs of the parts underneath go.</param>
/// <param name="networksOf">Opens networks, given where those lie that this machine does not have.</param>
/// <param name="time">The clock.</param>
internal sealed class RedisCluster(ClusterConnection cluster, TimeSpan patience, Action<ILoggingBuilder> logging, Func<IBlobStore?, OpenedNetworks> networksOf, TimeProvider time) : INamedCluster
{
    /// <inheritdoc/>
    public async Task<ISweepClient> ConnectAsync(CancellationToken cancellationToken) => await OpenAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<PlannedSubmission> PlanAsync(SweepSpec spec, IBlobStore? store, CancellationToken cancellationToken)
    {
        var networks = networksOf(store);
        var plan = await networks.PlanAsync(spec, cancellationToken);
        return new(PlannedSweep.Of(plan), (submission, cancel) => SubmitAsync(plan, networks, submission, cancel));
    }

    private async Task<(ISweepClient Client, SweepStatus Status)> SubmitAsync(SweepPlan plan, OpenedNetworks networks, SweepSubmission submission, CancellationToken cancellationToken)
    {
        await networks.PushAsync(cancellationToken);
        var client = await OpenAsync(cancellationToken);
        try
        {
            return (client, await client.SubmitAsync(plan, submission, cancellationToken));
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private Task<ClusterClient> OpenAsync(CancellationToken cancellationToken) => ClusterClient.ConnectAsync(cluster, patience, logging, time, cancellationToken);
}
