using System.Diagnostics;
using System.Net.Sockets;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Grains;
using AmViz.Storage;
using AmViz.Sweeps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Silo;

/// <summary>A whole sweep in this process: a cluster of one silo that lives as long as the sweep.</summary>
/// <remarks>The same grains, leases and store as in a cluster of many machines; only membership and reminders are in memory.</remarks>
public static class LocalSweep
{
    private const int MaxStarts = 5;

    /// <summary>Runs a sweep to its end, or goes on with it: what lies in the store is skipped.</summary>
    /// <param name="plan">What to draw.</param>
    /// <param name="store">Where results lie.</param>
    /// <param name="renderers">One a device. They stay the caller's to dispose of.</param>
    /// <param name="progress">Told now and then how far the sweep is; may be null.</param>
    /// <param name="cancellationToken">Stops the sweep between two steps; what is stored stays, and the outcome says that it was stopped.</param>
    /// <exception cref="StorageException">The store cannot be used, or holds what it should not.</exception>
    public static Task<SweepOutcome> RunAsync(
        SweepPlan plan, IBlobStore store, IReadOnlyList<IChannelRenderer> renderers, IProgress<SweepStatus>? progress, CancellationToken cancellationToken)
        => RunAsync(plan, new SiloOptions { Store = store, Renderers = renderers }, LocalSweepOptions.Default, progress, cancellationToken);

    /// <summary>As above, on a silo of one's own making.</summary>
    /// <param name="plan">What to draw.</param>
    /// <param name="silo">What the silo is made of; it needs a device.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told now and then how far the sweep is; may be null.</param>
    /// <param name="cancellationToken">Stops the sweep between two steps.</param>
    public static async Task<SweepOutcome> RunAsync(
        SweepPlan plan, SiloOptions silo, LocalSweepOptions options, IProgress<SweepStatus>? progress, CancellationToken cancellationToken)
    {
        if (silo.Renderers.Count == 0)
        {
            throw new ArgumentException("A sweep in this process needs a device to draw on. Give at least one renderer.", nameof(silo));
        }

        var watch = Stopwatch.StartNew();
        // Before the silo starts: a store that cannot be written to is found out at once.
        await new SweepStore(silo.Store).CreateAsync(plan, cancellationToken);
        using var host = await StartAsync(silo, options);
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

    private static async Task<IHost> StartAsync(SiloOptions silo, LocalSweepOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var host = Build(silo, options);
            try
            {
                await host.StartAsync(CancellationToken.None);
                return host;
            }
            catch (Exception e) when (silo.SiloPort == 0 && attempt < MaxStarts && IsPortTaken(e))
            {
                // Another process took the port in the moment after it was found free.
                host.Dispose();
            }
        }
    }

    private static bool IsPortTaken(Exception? e)
        => e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || (e?.InnerException is { } inner && IsPortTaken(inner));

    private static IHost Build(SiloOptions silo, LocalSweepOptions options)
    {
        // No defaults: this process belongs to the caller, with its configuration, its logs and its Ctrl-C.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        // The silo of one process has no use for advice on garbage collection, and Orleans' watchdog takes its own start for a stall.
        builder.Services.AddLogging(logging => options.Logging(logging
            .AddFilter("Orleans", LogLevel.Warning)
            .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
            .AddFilter("Polly", LogLevel.Warning)));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.AddAmVizSilo(silo);
        return builder.Build();
    }

    /// <summary>The caller says when it is over, not the console.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
