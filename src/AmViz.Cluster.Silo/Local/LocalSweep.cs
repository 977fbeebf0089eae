using System.Diagnostics;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Silo;

/// <summary>A whole sweep in this process: a cluster of one silo that lives as long as the sweep.</summary>
/// <remarks>The same grains, leases and store as in a cluster of many machines; only membership and reminders are in memory.</remarks>
public static class LocalSweep
{
    /// <summary>Runs a sweep to its end, or goes on with it: what lies in the store is skipped.</summary>
    /// <param name="plan">What to draw.</param>
    /// <param name="store">Where results lie.</param>
    /// <param name="renderers">One a device. They stay the caller's to dispose of.</param>
    /// <param name="progress">Told now and then how far the sweep is; may be null.</param>
    /// <param name="cancellationToken">Stops the sweep between two steps; what is stored stays, and the outcome says that it was stopped.</param>
    /// <exception cref="StorageException">The store cannot be used, or holds what it should not.</exception>
    /// <exception cref="DeviceFaultException">No device can draw what is left, such as when the network cannot be opened.</exception>
    public static Task<SweepOutcome> RunAsync(
        SweepPlan plan, IBlobStore store, IReadOnlyList<IChannelRenderer> renderers, IProgress<SweepStatus>? progress, CancellationToken cancellationToken)
        => RunAsync(plan, new SiloDefinition { Store = store, Renderers = renderers }, LocalSweepOptions.Default, progress, cancellationToken);

    /// <summary>As above, on a silo of one's own making.</summary>
    /// <param name="plan">What to draw.</param>
    /// <param name="silo">What the silo is made of; it needs a device.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told now and then how far the sweep is; may be null.</param>
    /// <param name="cancellationToken">Stops the sweep between two steps.</param>
    public static async Task<SweepOutcome> RunAsync(
        SweepPlan plan, SiloDefinition silo, LocalSweepOptions options, IProgress<SweepStatus>? progress, CancellationToken cancellationToken)
    {
        if (silo.Renderers.Count == 0)
        {
            throw new ArgumentException("A sweep in this process needs a device to draw on. Give at least one renderer.", nameof(silo));
        }

        var watch = Stopwatch.StartNew();
        // Before the silo starts: a store that cannot be written to is found out at once.
        await new SweepStore(silo.Store).CreateAsync(plan, cancellationToken);
        using var host = await SiloHosts.StartAsync(silo, options.Logging, options.ShutdownTimeout, CancellationToken.None);
        try
        {
            var status = await new LocalRun(host, silo.Store, plan, options, progress).ToEndAsync(cancellationToken);
            progress?.Report(status);
            return new(status, watch.Elapsed.TotalSeconds);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }
}
