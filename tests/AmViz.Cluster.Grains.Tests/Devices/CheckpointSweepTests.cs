using AmViz.Storage;
using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Sweeps of long batches, which are saved while they are drawn.</summary>
public sealed class CheckpointSweepTests
{
    private const int Steps = 20;
    private const int Interval = 4;
    private const int HeldAt = 10;

    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 6, IsLogits: false)], recipe: Recipes.Paper with { Steps = Steps });

    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AKilledDevicesBatchGoesOnElsewhereAtItsLastCheckpoint()
    {
        var killed = await DrawUntilHeld((silos, device) =>
        {
            // A process that is killed saves nothing more; a silo that is killed within this one still tells its device to stop.
            device.SaveEvery = 0;
            return silos.Cluster.KillSiloAsync(silos.SiloOf(0), Token);
        });
        Assert.Equal(HeldAt, killed.StepsDone);
        Assert.Equal(2, await Checkpoints());

        var next = new FakeRenderer(2) { SaveEvery = Interval };
        await FinishOn(next);

        var saved = HeldAt / Interval * Interval;
        Assert.Equal([(0, saved), (1, saved)], next.Resumed.Select(checkpoint => (checkpoint.Task.Channel, checkpoint.Step)));
        // Three batches; of the first, only what came after its last checkpoint was done twice.
        Assert.Equal((3 * Steps) + HeldAt - saved, killed.StepsDone + next.StepsDone);
        var log = await new ManifestReader(_store).ReadRunLogAsync(Plan.Id, Token).ToListAsync(Token);
        Assert.Equal([saved, saved, 0, 0, 0, 0], log.OrderBy(run => run.Task.Channel).Select(run => run.ResumedAt));
        Assert.Equal(0, await Checkpoints());
    }

    [Fact]
    public async Task ASiloThatLeavesSavesItsBatchAndNothingIsDoneTwice()
    {
        var left = await DrawUntilHeld((silos, _) => silos.Cluster.StopSiloAsync(silos.SiloOf(0), Token));
        var next = new FakeRenderer(2) { SaveEvery = Interval };
        await FinishOn(next);
        Assert.All(next.Resumed, checkpoint => Assert.Equal(HeldAt, checkpoint.Step));
        Assert.Equal(3 * Steps, left.StepsDone + next.StepsDone);
        Assert.Equal(0, await Checkpoints());
    }

    [Fact]
    public async Task APausedSweepGoesOnWhereItStopped()
    {
        var held = new TaskCompletionSource();
        var device = new FakeRenderer(2) { SaveEvery = Interval };
        device.BeforeStep = async (step, cancelled) =>
        {
            if (step == HeldAt && !held.Task.IsCompleted)
            {
                held.SetResult();
                await Task.Delay(Timeout.Infinite, cancelled);
            }
        };
        await using var silos = await TestSilos.StartAsync(
            _store, silo => silo.Services.Configure<LeaseOptions>(leases => leases.Minimum = TimeSpan.FromSeconds(6)), [device]);
        await silos.Sweep(Plan).Submit(Plan, new());
        await Eventually.EndAsync(held.Task, "the device to draw");
        await silos.Sweep(Plan).Pause();
        await Eventually.TrueAsync(async () => await SavedStep(1) == HeldAt, () => "the checkpoints of the stopped batch");
        await silos.Sweep(Plan).Resume();
        Assert.Equal(SweepState.Finished, (await silos.EndAsync(Plan)).State);
        Assert.Equal([HeldAt, HeldAt], device.Resumed.Select(checkpoint => checkpoint.Step));
        Assert.Equal(3 * Steps, device.StepsDone);
    }

    [Fact]
    public async Task ImagesOfUnequalStepsAreDrawnInBatchesOfTheirOwn()
    {
        var checkpoints = new CheckpointStore(_store);
        foreach (var (channel, step) in ((int, int)[])[(1, 8), (2, 12), (4, 8)])
        {
            await checkpoints.SaveAsync(Checkpoint(channel, step), Token);
        }

        var device = new FakeRenderer(8);
        await FinishOn(device);
        Assert.Equal([[2], [1, 4], [0, 3, 5]], device.Batches.Select(batch => batch.Tasks.Select(task => task.Channel)));
        Assert.Equal([12, 8, 8], device.Resumed.Select(checkpoint => checkpoint.Step));
        Assert.Equal(0, await Checkpoints());
    }

    [Fact]
    public async Task ACheckpointThatThisDeviceCannotUseGivesWayAndTheTaskBeginsAnew()
    {
        await new CheckpointStore(_store).SaveAsync(Checkpoint(channel: 0, step: 15), Token);
        var foreign = new FakeRenderer(1) { SaveEvery = Interval, CanGoOnFrom = _ => false };
        await FinishOn(foreign);
        Assert.Empty(foreign.Resumed);
        Assert.Equal(6 * Steps, foreign.StepsDone);
        Assert.Equal(0, await Checkpoints());
    }

    [Fact]
    public async Task ADamagedCheckpointCountsAsNoneAndIsNoError()
    {
        var path = ResultLayout.Checkpoint(Shard.TaskAt(0), Shard.Recipe.Hash);
        _store.Plant(path, "torn"u8.ToArray());
        var device = new FakeRenderer(1);
        await FinishOn(device);
        Assert.Empty(device.Resumed);
        Assert.Null(await _store.ReadAsync(path, Token));
    }

    [Fact]
    public async Task ACheckpointOfAPictureThatIsThereIsRemoved()
    {
        await FinishOn(new FakeRenderer(2));
        await new CheckpointStore(_store).SaveAsync(Checkpoint(channel: 3, step: 7), Token);
        await FinishOn(new FakeRenderer(2));
        Assert.Equal(0, await Checkpoints());
    }

    [Fact]
    public async Task ChannelsWithoutCheckpointsCostNoReadOfThem()
    {
        // Of all reads and listings, those that have to do with checkpoints: one listing when the shard opens, whatever its size.
        var (small, large) = (new MemoryBlobStore(), new MemoryBlobStore());
        await Finish(small, SampleSweeps.Plan([new("conv_1", 8, IsLogits: false)]), new FakeRenderer(8));
        await Finish(large, SampleSweeps.Plan([new("conv_1", 64, IsLogits: false)]), new FakeRenderer(64));
        Assert.Equal(small.Listings, large.Listings);
        Assert.Equal(small.Reads, large.Reads);
    }

    [Fact]
    public async Task AStoreOutOfReachFailsNoBatchThatWantsToSave()
    {
        var device = new FakeRenderer(2) { SaveEvery = Interval };
        device.BeforeStep = (step, _) =>
        {
            _store.Outage = step is >= 3 and <= 10 ? new StoreUnreachableException(_store.Name, "the cable is out") : null;
            return Task.CompletedTask;
        };
        await FinishOn(device);
        Assert.Equal(3 * Steps, device.StepsDone);
    }

    [Fact]
    public async Task WithoutAnIntervalNothingIsSavedAndWhatIsThereIsUsed()
    {
        var interval = new List<TimeSpan>();
        await new CheckpointStore(_store).SaveAsync(Checkpoint(channel: 0, step: 15), Token);
        var device = new FakeRenderer(1) { Watch = checkpoints => interval.Add(checkpoints!.Interval) };
        await using var silos = await TestSilos.StartAsync(
            _store, silo => silo.Services.Configure<DeviceAgentOptions>(options => options.CheckpointInterval = TimeSpan.Zero), [device]);
        await silos.RunAsync(Plan);
        Assert.All(interval, found => Assert.Equal(TimeSpan.MaxValue, found));
        Assert.Equal(15, Assert.Single(device.Resumed).Step);
    }

    private static Shard Shard => Plan.Shards().Single();

    private static AscentCheckpoint Checkpoint(int channel, int step) => SampleSweeps.Checkpoint(Shard.TaskAt(channel), Shard.Recipe, step);

    private async Task<int?> SavedStep(int channel)
        => (await new CheckpointStore(_store).LoadAsync(Shard.TaskAt(channel), Shard.Recipe.Hash, Token))?.Step;

    private async Task<int> Checkpoints() => await _store.ListAsync(ResultLayout.AllCheckpoints, Token).CountAsync(Token);

    /// <summary>Starts the sweep on a silo, and ends it in the middle of its first batch.</summary>
    private async Task<FakeRenderer> DrawUntilHeld(Func<TestSilos, FakeRenderer, Task> end)
    {
        var held = new TaskCompletionSource();
        var device = new FakeRenderer(2) { SaveEvery = Interval };
        device.BeforeStep = async (step, cancelled) =>
        {
            if (step == HeldAt)
            {
                held.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancelled);
            }
        };
        await using var silos = await TestSilos.StartAsync(_store, [device]);
        await silos.Sweep(Plan).Submit(Plan, new());
        await Eventually.EndAsync(held.Task, "the device to draw");
        await end(silos, device);
        return device;
    }

    private Task FinishOn(FakeRenderer device) => Finish(_store, Plan, device);

    private static async Task Finish(MemoryBlobStore store, SweepPlan plan, FakeRenderer device)
    {
        await using var silos = await TestSilos.StartAsync(store, [device]);
        // Not anew: a sweep that was cut off goes on by itself, and a run begun in the middle of that would find pictures without rows.
        await silos.Sweep(plan).Submit(plan, new());
        Assert.Equal(SweepState.Finished, (await silos.EndAsync(plan)).State);
    }
}
