using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A cluster in this process.</summary>
internal sealed class TestSilos : IAsyncDisposable
{
    private TestSilos(InProcessTestCluster cluster, IBlobStore store) => (Cluster, Store) = (cluster, store);

    public InProcessTestCluster Cluster { get; }

    public IBlobStore Store { get; }

    /// <summary>Starts a cluster with quick leases.</summary>
    /// <param name="store">Where results lie.</param>
    /// <param name="renderersOfSilos">One silo for each element, with these devices.</param>
    public static async Task<TestSilos> StartAsync(IBlobStore store, params IReadOnlyList<IReadOnlyList<IChannelRenderer>> renderersOfSilos)
        => await StartAsync(store, _ => { }, renderersOfSilos);

    public static async Task<TestSilos> StartAsync(
        IBlobStore store, Action<ISiloBuilder> configure, params IReadOnlyList<IReadOnlyList<IChannelRenderer>> renderersOfSilos)
    {
        var builder = new InProcessTestClusterBuilder((short)renderersOfSilos.Count);
        builder.ConfigureSilo((options, silo) =>
        {
            var number = int.Parse(options.SiloName.Split('_')[^1], System.Globalization.CultureInfo.InvariantCulture);
            silo.Services
                .Configure<LeaseOptions>(lease => lease.Tick = TimeSpan.FromMilliseconds(50))
                .Configure<DeviceAgentOptions>(device =>
                {
                    device.ShortestPause = TimeSpan.FromMilliseconds(10);
                    device.LongestPause = TimeSpan.FromMilliseconds(100);
                    device.RenewalCheck = TimeSpan.FromMilliseconds(20);
                })
                .Configure<SweepOptions>(sweep => sweep.Tick = TimeSpan.FromMilliseconds(250));
            configure(silo);
            silo.UseInMemoryReminderService();
            silo.AddAmViz(store, FakePictures.ReadRecord, renderersOfSilos[number], SiloRole.All);
            silo.Services.AddLogging(logging => logging.AddFilter((_, level) => level >= LogLevel.Warning));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(cluster, store);
    }

    public ISweepGrain Sweep(SweepPlan plan) => Cluster.Client.GetGrain<ISweepGrain>(plan.Id.Value);

    public ILayerShardGrain Shard(Shard shard) => Cluster.Client.GetGrain<ILayerShardGrain>(shard.Id.ToString());

    /// <summary>Devices of a silo.</summary>
    public LocalDevices DevicesOf(int silo) => Cluster.GetSiloServiceProvider(SiloOf(silo).SiloAddress).GetRequiredService<LocalDevices>();

    /// <summary>A silo by its number.</summary>
    public InProcessSiloHandle SiloOf(int number)
        => Cluster.GetActiveSilos().Single(handle => handle.Name.EndsWith($"_{number}", StringComparison.Ordinal));

    /// <summary>Submits and waits for the end.</summary>
    public async Task<SweepStatus> RunAsync(SweepPlan plan)
    {
        await Sweep(plan).Submit(plan, new() { Anew = true });
        return await EndAsync(plan);
    }

    /// <summary>Waits for the end.</summary>
    public async Task<SweepStatus> EndAsync(SweepPlan plan)
    {
        SweepStatus? status = null;
        await Eventually.TrueAsync(
            async () => (status = await Sweep(plan).Status()) is { } found && found.State.HasEnded(),
            () => $"the end of sweep {plan.Id}; its status is {status}");
        return status!;
    }

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var started = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(started.Elapsed < Limit, $"Waited {Limit.TotalSeconds} s for {what()}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), () => what);

    public static async Task EndAsync(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {Limit.TotalSeconds} s for {what}.");
        }
    }
}
