using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Whole sweeps on fake devices.</summary>
public sealed class DeviceSweepTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 30, IsLogits: false), new("logits", 10, IsLogits: true)], seeds: [0, 1]);

    private readonly MemoryBlobStore _store = new();

    [Fact]
    public async Task EveryChannelIsDrawnOnceByManyDevicesAndTheManifestIsWhole()
    {
        FakeRenderer[] devices = [new(4, "cpu"), new(3, "cuda:0"), new(8, "cuda:1")];
        await using var silos = await TestSilos.StartAsync(_store, [devices[0], devices[1]], [], [devices[2]]);
        var status = await silos.RunAsync(Plan);
        Assert.Equal(SweepState.Finished, status.State);
        Assert.Equal(new TaskCounts { Planned = 80, Rendered = 80 }, status.Counts);
        Assert.Equal(80, devices.SelectMany(device => device.Tasks).Distinct().Count());
        Assert.Equal(80, devices.Sum(device => device.Tasks.Count));
        Assert.All(devices.SelectMany(device => device.Batches.Select(batch => (device, batch))), item => Assert.Equal(item.device.BatchSize, item.batch.PaddedSize));
        await AssertManifestIsThatOfAnUndisturbedRun();
        var log = await ToListAsync(new ManifestReader(_store).ReadRunLogAsync(Plan.Id, TestContext.Current.CancellationToken));
        Assert.Equal(80, log.Count);
        Assert.All(log, run => Assert.Equal((1, false), (run.Attempt, run.Skipped)));
    }

    [Fact]
    public async Task AClusterKilledInTheMiddleGoesOnWithTheRestByItself()
    {
        var reached = new TaskCompletionSource();
        var killed = new FakeRenderer(2)
        {
            BeforeBatch = async (number, cancelled) =>
            {
                if (number == 8)
                {
                    reached.SetResult();
                    await Task.Delay(Timeout.Infinite, cancelled);
                }
            },
        };
        await using (var silos = await TestSilos.StartAsync(_store, [killed]))
        {
            await silos.Sweep(Plan).Submit(Plan, new());
            await Eventually.EndAsync(reached.Task, "the device to draw");
            // Pictures of finished batches are stored before their rows are handed in: some lie there without a row.
            await Eventually.TrueAsync(async () => await Stored() >= 14, () => "fourteen pictures");
            await silos.Cluster.KillSiloAsync(silos.Cluster.GetActiveSilos().Single(), TestContext.Current.CancellationToken);
        }

        var stored = await Stored();
        var rest = new FakeRenderer(2);
        await using (var silos = await TestSilos.StartAsync(_store, [rest]))
        {
            // Nobody submits it again, nobody asks.
            await Eventually.TrueAsync(() => Task.FromResult(rest.Tasks.Count == 80 - stored), () => "the rest of the pictures");
            var status = await silos.EndAsync(Plan);
            Assert.Equal((SweepState.Finished, 80, 0), (status.State, status.Counts.Rendered + status.Counts.Skipped, status.Counts.Failed));
        }

        Assert.Equal(80 - stored, rest.Tasks.Count);
        await AssertManifestIsThatOfAnUndisturbedRun();
    }

    [Fact]
    public async Task AKilledSiloLosesNothingWhileTheOthersGoOn()
    {
        var reached = new TaskCompletionSource();
        var doomed = new FakeRenderer(2) { BeforeBatch = (number, cancelled) => HoldUp(reached, cancelled) };
        // It waits, so that the other one gets work at all.
        var survivor = new FakeRenderer(2) { BeforeBatch = (_, cancelled) => reached.Task.WaitAsync(cancelled) };
        await using var silos = await TestSilos.StartAsync(_store, [survivor], [doomed]);
        await silos.Sweep(Plan).Submit(Plan, new());
        await Eventually.EndAsync(reached.Task, "the device to draw");
        await silos.Cluster.KillSiloAsync(silos.SiloOf(1), TestContext.Current.CancellationToken);
        var status = await silos.EndAsync(Plan);
        Assert.Equal((SweepState.Finished, 80, 0), (status.State, status.Counts.Rendered + status.Counts.Skipped, status.Counts.Failed));
        Assert.Equal(80, survivor.Tasks.Distinct().Count());
        await AssertManifestIsThatOfAnUndisturbedRun();
    }

    [Fact]
    public async Task AChannelThatBreaksItsBatchIsIsolatedAndTheOthersAreDrawn()
    {
        var device = new FakeRenderer(8)
        {
            Outcome = task => task is { Layer: "conv_1", Channel: 7, Seed: 1 } ? throw new ChannelRenderException("device lost") : ChannelOutcome.Rendered,
        };
        await using var silos = await TestSilos.StartAsync(_store, [device]);
        var status = await silos.RunAsync(Plan);
        Assert.Equal(SweepState.Finished, status.State);
        Assert.Equal(new TaskCounts { Planned = 80, Rendered = 79, Failed = 1 }, status.Counts);
        Assert.Contains("device lost", status.LastError, StringComparison.Ordinal);
        var rows = await ToListAsync(new ManifestReader(_store).ReadRowsAsync(Plan.Id, TestContext.Current.CancellationToken));
        var failed = Assert.Single(rows, row => row.Outcome != ChannelOutcome.Rendered);
        Assert.Equal(("conv_1", 7, 1, ChannelOutcome.Failed, "device lost"), (failed.Layer, failed.Channel, failed.Seed, failed.Outcome, failed.Error));
        Assert.Equal(3, device.Batches.Count(batch => batch.Tasks is [{ Channel: 7, Seed: 1, Layer: "conv_1" }]));
    }

    [Fact]
    public async Task DeadDivergedAndFailedChannelsAreNamedAndOnlyFailedOnesAreTriedAgain()
    {
        var device = new FakeRenderer(4)
        {
            Outcome = task => task.Channel switch
            {
                1 => ChannelOutcome.Dead,
                2 => ChannelOutcome.NotFinite,
                3 => ChannelOutcome.Failed,
                _ => ChannelOutcome.Rendered,
            },
        };
        await using (var silos = await TestSilos.StartAsync(_store, [device]))
        {
            var status = await silos.RunAsync(Plan);
            Assert.Equal(new TaskCounts { Planned = 80, Rendered = 68, Failed = 12, Dead = 4, NotFinite = 4 }, status.Counts);
            Assert.Equal(3 * 4, device.Tasks.Count(task => task.Channel == 3));
            Assert.Equal(4, device.Tasks.Count(task => task.Channel == 1));
        }

        var again = new FakeRenderer(4);
        await using (var silos = await TestSilos.StartAsync(_store, [again]))
        {
            var status = await silos.RunAsync(Plan);
            Assert.Equal(new TaskCounts { Planned = 80, Rendered = 4, Skipped = 68, Failed = 8, Dead = 4, NotFinite = 4 }, status.Counts);
            Assert.All(again.Tasks, task => Assert.Equal(3, task.Channel));
        }
    }

    [Fact]
    public async Task AStoreOutOfReachHoldsTheSweepUpAndLosesNothing()
    {
        var device = new FakeRenderer(4)
        {
            BeforeBatch = (number, _) =>
            {
                if (number == 5)
                {
                    _store.Outage = new StoreUnreachableException(_store.Name, "the cable is out");
                }

                return Task.CompletedTask;
            },
        };
        await using var silos = await TestSilos.StartAsync(_store, [device]);
        await silos.Sweep(Plan).Submit(Plan, new());
        var devices = silos.DevicesOf(0);
        await Eventually.TrueAsync(() => devices.Statuses[0].Trouble is not null, "the device to tell of its trouble");
        Assert.Contains("the cable is out", devices.Statuses[0].Trouble, StringComparison.Ordinal);
        _store.Outage = null;
        var status = await silos.EndAsync(Plan);
        Assert.Equal(new TaskCounts { Planned = 80, Rendered = 80 }, status.Counts);
        Assert.Equal(80, device.Tasks.Count);
        Assert.Null(devices.Statuses[0].Trouble);
    }

    [Fact]
    public async Task ACancelledSweepStopsBetweenTwoStepsWithinOneRenewal()
    {
        var reached = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        var device = new FakeRenderer(4)
        {
            BeforeBatch = async (_, cancelled) =>
            {
                await using var told = cancelled.Register(() => stopped.TrySetResult());
                await HoldUp(reached, cancelled);
            },
        };
        await using var silos = await TestSilos.StartAsync(_store, ShortLeases, [device]);
        await silos.Sweep(Plan).Submit(Plan, new());
        await Eventually.EndAsync(reached.Task, "the device to draw");
        Assert.Equal(SweepState.Cancelled, (await silos.Sweep(Plan).Cancel()).State);
        await Eventually.EndAsync(stopped.Task, "the device to stop");
        Assert.Equal(0, device.Finished);
        Assert.Equal(SweepState.Cancelled, (await silos.Sweep(Plan).Status())!.State);
    }

    [Fact]
    public async Task ASiloThatLeavesFinishesItsBatchAndGivesTheRestBackAtOnce()
    {
        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var leaving = new FakeRenderer(2)
        {
            BeforeBatch = async (_, cancelled) =>
            {
                reached.TrySetResult();
                await goOn.Task.WaitAsync(cancelled);
            },
        };
        var staying = new FakeRenderer(2) { BeforeBatch = (_, cancelled) => goOn.Task.WaitAsync(cancelled) };
        await using var silos = await TestSilos.StartAsync(
            _store, silo => silo.Services.Configure<DeviceAgentOptions>(device => (device.DrainBudget, device.BatchesInFlight) = (TimeSpan.FromMinutes(1), 1)), [staying], [leaving]);
        await silos.Sweep(Plan).Submit(Plan, new());
        await Eventually.EndAsync(reached.Task, "the device to draw");
        var devices = silos.DevicesOf(1);
        var left = silos.Cluster.StopSiloAsync(silos.SiloOf(1), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => devices.Statuses[0].Activity == DeviceActivity.Draining, "the device to drain");
        goOn.SetResult();
        await Eventually.EndAsync(left, "the silo to leave");
        var status = await silos.EndAsync(Plan);
        // Its shard may have lived on the silo that left: then pictures were found before their rows came.
        Assert.Equal((SweepState.Finished, 80), (status.State, status.Counts.Rendered + status.Counts.Skipped));
        Assert.Single(leaving.Batches);
        Assert.Equal(80, leaving.Tasks.Count + staying.Tasks.Count);
    }

    [Fact]
    public async Task ShortBatchesShareALease()
    {
        // A fake picture says that it took half a second: eight of them fill a lease.
        await using var silos = await TestSilos.StartAsync(_store, [new FakeRenderer()]);
        await silos.RunAsync(Plan);
        var parts = await ToListAsync(_store.ListAsync($"{ResultLayout.Sweep(Plan.Id)}parts/", TestContext.Current.CancellationToken));
        Assert.InRange(parts.Count, 80 / 8, (80 / 8) + 8);
    }

    [Fact]
    public async Task AManifestThatWasRemovedIsFoldedAgainAndOneThatIsThereIsLeftAlone()
    {
        await using var silos = await TestSilos.StartAsync(_store, [new FakeRenderer(8)]);
        await silos.RunAsync(Plan);
        var before = await ManifestOf(_store);
        var writes = _store.Writes;
        await silos.RunAsync(Plan);
        // The plan, which is there already, the marker that the sweep is live, and two entries of the journal; no part, no manifest.
        Assert.Equal(writes + 4, _store.Writes);

        await _store.DeleteAsync(ResultLayout.Manifest(Plan.Id), TestContext.Current.CancellationToken);
        await silos.RunAsync(Plan);
        Assert.Equal(before, await ManifestOf(_store));
    }

    [Fact]
    public async Task ASweepSubmittedAgainThisVeryMomentEndsWell()
    {
        // The end of one run takes the reminder away while the next one sets it: they must not fall over each other.
        await using var silos = await TestSilos.StartAsync(_store, [new FakeRenderer(8)]);
        for (var run = 0; run < 40; run++)
        {
            Assert.Equal(SweepState.Finished, (await silos.RunAsync(Plan)).State);
        }
    }

    private static void ShortLeases(ISiloBuilder silo) => silo.Services.Configure<LeaseOptions>(leases => leases.Minimum = TimeSpan.FromSeconds(1));

    private async Task<int> Stored()
        => (await ToListAsync(_store.ListAsync(ResultLayout.Results, TestContext.Current.CancellationToken))).Count;

    private static async Task HoldUp(TaskCompletionSource reached, CancellationToken cancelled)
    {
        reached.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancelled);
    }

    private async Task AssertManifestIsThatOfAnUndisturbedRun()
    {
        var undisturbed = new MemoryBlobStore();
        await using var silos = await TestSilos.StartAsync(undisturbed, [new FakeRenderer(4)]);
        await silos.RunAsync(Plan);
        Assert.Equal(await ManifestOf(undisturbed), await ManifestOf(_store));
    }

    private static async Task<(string Header, string Rows)> ManifestOf(MemoryBlobStore store)
    {
        var header = await store.ReadAsync(ResultLayout.ManifestHeader(Plan.Id), TestContext.Current.CancellationToken);
        var rows = await store.ReadAsync(ResultLayout.Manifest(Plan.Id), TestContext.Current.CancellationToken);
        return (Convert.ToBase64String(header!.Content.Span), Convert.ToBase64String(rows!.Content.Span));
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
