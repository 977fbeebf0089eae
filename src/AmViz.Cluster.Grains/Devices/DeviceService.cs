using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>Runs an agent for every device of the silo. Starts after the silo has joined, and leaves before it does.</summary>
/// <param name="devices">The devices.</param>
/// <param name="silo">Part of their names.</param>
/// <param name="services">What agents need.</param>
/// <param name="gauges">Shows what the devices spend their time on.</param>
/// <param name="options">How the agents work.</param>
/// <param name="lifetime">Signals that the process is to leave.</param>
/// <param name="log">Log.</param>
public sealed partial class DeviceService(
    LocalDevices devices, ILocalSiloDetails silo, IServiceProvider services, SiloGauges gauges, IOptions<DeviceAgentOptions> options,
    IHostApplicationLifetime lifetime, ILogger<DeviceService> log) : IHostedService, IDisposable
{
    // A device that does not even stop now is left behind; the process ends anyway.
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(2);

    private readonly List<DeviceAgent> _agents = [];
    private Task _working = Task.CompletedTask;
    private CancellationTokenRegistration _stopping;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < devices.Count; i++)
        {
            var renderer = devices.Renderers[i];
            var name = new DeviceName(silo.SiloAddress, FormattableString.Invariant($"{renderer.Device}#{i}"));
            _agents.Add(ActivatorUtilities.CreateInstance<DeviceAgent>(services, name.ToString(), renderer, gauges.AddDevice(options.Value.Clock)));
        }

        // Other services may take their time to stop; the devices lease no more work meanwhile.
        _stopping = lifetime.ApplicationStopping.Register(Drain);
        _working = Task.WhenAll(_agents.Select(agent => Task.Run(() => Watch(agent), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>
    /// Leases no more, lets batches end within <see cref="DeviceAgentOptions.DrainBudget"/>, stops the rest between two steps, and
    /// reports everything. Again does no harm.
    /// </summary>
    /// <param name="cancellationToken">Leaves without a report.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Drain();
        await Within(options.Value.DrainBudget, cancellationToken);
        _agents.ForEach(agent => agent.Cancel());
        await Within(Timeout.InfiniteTimeSpan, cancellationToken);
        _agents.ForEach(agent => agent.Abort());
        await Within(LastGrace, CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _agents.ForEach(agent => agent.Dispose());
    }

    private void Drain() => _agents.ForEach(agent => agent.Drain());

    private async Task Within(TimeSpan budget, CancellationToken cancellationToken)
    {
        try
        {
            await _working.WaitAsync(budget, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The next, harder measure follows.
        }
    }

    private async Task Watch(DeviceAgent agent)
    {
        try
        {
            await agent.RunAsync();
        }
        catch (Exception e)
        {
            // A device that nobody serves would hold up a sweep in silence.
            LogAgentDied(e);
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(1, LogLevel.Critical, "A device agent has died of an unexpected error; the silo stops.")]
    private partial void LogAgentDied(Exception exception);
}
