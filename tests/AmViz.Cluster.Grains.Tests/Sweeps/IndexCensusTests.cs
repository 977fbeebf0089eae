using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>What the index of sweeps shows, and where.</summary>
public sealed class IndexCensusTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 40, IsLogits: false)]);

    private readonly MemoryBlobStore _store = new();

    [Fact]
    public async Task ThePausedAreCountedAlsoByTheIndexOfANewClusterUntilTheyEnd()
    {
        await using (var first = await TestSilos.StartAsync(_store, [Held()]))
        {
            await first.Sweep(Plan).Submit(Plan, new() { Pool = DevicePool.Default });
            await Eventually.TrueAsync(() => Censuses(first).SingleOrDefault()?.Backlog.GetValueOrDefault(DevicePool.Default) == 40, "the backlog of the pool");
            await first.Sweep(Plan).Pause();
            Assert.Equal((0, 1), Count(Censuses(first).Single()));
            Assert.Equal(0, Censuses(first).Single().Backlog.Values.Sum());
        }

        await using var second = await TestSilos.StartAsync(_store, [Held()]);
        await Eventually.TrueAsync(() => Censuses(second).SingleOrDefault() is { } census && Count(census) == (0, 1), "the paused sweep to be found");
        await second.Sweep(Plan).Cancel();
        Assert.Equal((0, 0), Count(Censuses(second).Single()));
    }

    [Fact]
    public async Task ItIsShownByOneSiloAndByAnotherWhenThatOneHasLeft()
    {
        await using var silos = await TestSilos.StartAsync(_store, [Held()], [Held()]);
        await silos.Sweep(Plan).Submit(Plan, new());
        await Eventually.TrueAsync(() => Censuses(silos).Count == 1, "the index");
        var home = Enumerable.Range(0, 2).Single(silo => GaugesOf(silos, silo).Census is not null);
        var left = GaugesOf(silos, home);
        await silos.Cluster.StopSiloAsync(silos.SiloOf(home), TestContext.Current.CancellationToken);
        Assert.Null(left.Census);
        await Eventually.TrueAsync(() => GaugesOf(silos, 1 - home).Census?.Invoke() is { } census && Count(census) == (1, 0), "the index on the other silo");
    }

    [Fact]
    public async Task AClusterWithoutDevicesWakesItsSweepsAlthoughNobodyCallsIt()
    {
        await using (var first = await TestSilos.StartAsync(_store, [Held()]))
        {
            await first.Sweep(Plan).Submit(Plan, new());
        }

        // Devices are started by this very number.
        await using var second = await TestSilos.StartAsync(_store, [[]]);
        await Eventually.TrueAsync(() => Censuses(second).SingleOrDefault()?.Backlog.GetValueOrDefault(DevicePool.Any) == 40, "the backlog to be shown");
    }

    private static FakeRenderer Held() => new(2) { BeforeBatch = (_, cancelled) => Task.Delay(Timeout.Infinite, cancelled) };

    private static (int Running, int Paused) Count(IndexCensus census)
        => (census.Sweeps.GetValueOrDefault(SweepState.Running), census.Sweeps.GetValueOrDefault(SweepState.Paused));

    private static IReadOnlyList<IndexCensus> Censuses(TestSilos silos) =>
    [
        .. silos.Cluster.GetActiveSilos().Select(silo => silos.Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<SiloGauges>().Census?.Invoke()).OfType<IndexCensus>(),
    ];

    private static SiloGauges GaugesOf(TestSilos silos, int number)
        => silos.Cluster.GetSiloServiceProvider(silos.SiloOf(number).SiloAddress).GetRequiredService<SiloGauges>();
}
