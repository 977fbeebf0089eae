using AmViz.Benchmarks;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A small cut of the simulation that AmViz.Benchmarks runs with a million channels. Counts are bounded, never times.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    // Half a second a batch, one batch a lease; leases end so late that a slow machine loses none by chance.
    private static readonly SimulationSettings Small = new()
    {
        Channels = 10_000,
        Devices = 100,
        Batch = 16,
        BatchSeconds = 5,
        Compress = 10,
        ChannelsPerLayer = 500,
        Apart = false,
    };

    [Fact]
    public async Task AHundredDevicesNeedFewCallsAndNothingIsLostOrDouble()
    {
        var report = await RunAsync(Small);
        AssertWhole(report);
        // Near the end a late lease is given to a second device.
        Assert.InRange(report.BatchesDrawn, report.Batches, 1.2 * report.Batches);
        // Of each batch its report, which takes the next lease along; of each device two leases before its first report, and a few at the end.
        Assert.InRange(report.Calls[nameof(ILayerShardGrain.Exchange)].Count, report.Batches, report.Batches + (5 * Small.Devices));
        Assert.InRange(report.FruitlessExchanges, 0, 2 * Small.Devices);
        // Of each picture one, of each batch one, and what does not depend on their number: of the ten shards and the sweep.
        Assert.InRange(report.CoordinatorStore.Creates, Small.Channels + 1, Small.Channels + (2 * report.Batches));
        // Whenever work comes back unfinished the shard looks for checkpoints; on a slow machine that happens.
        Assert.InRange(report.CoordinatorStore.Lists, 1, report.Batches);
        // The manifest may already be on its way, which reads the rows of each batch.
        Assert.InRange(report.CoordinatorStore.Reads, 0, 2 * report.Batches);
    }

    [Fact]
    public async Task CrashedLateAndSlowDevicesLoseAndDoubleNothing()
    {
        var report = await RunAsync(Small with { Channels = 4_000, Devices = 50, BatchSeconds = 10, Compress = 20, Crash = 0.05, Zombie = 0.05, Straggle = 0.02 });
        AssertWhole(report);
        Assert.InRange(report.Crashes, 1, report.Batches);
        Assert.InRange(report.Zombies, 1, report.Batches);
    }

    private async Task<SimulationReport> RunAsync(SimulationSettings settings)
    {
        var report = await Simulation.RunAsync(settings, output.WriteLine, TestContext.Current.CancellationToken);
        output.WriteLine(report.ToString());
        return report;
    }

    private static void AssertWhole(SimulationReport report)
    {
        Assert.Equal(SweepState.Finished, report.State);
        Assert.Equal((0, 0, 0), (report.Manifest.Lost, report.Manifest.Duplicates, report.Manifest.NotRendered));
    }
}
