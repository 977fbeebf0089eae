using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

public sealed class BatchCheckpointingTests : IDisposable
{
    private readonly TestDevice _device = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task OnlyCheckpointsThatTheLeaseNamesAreRead()
    {
        await PlantAsync(0, step: 3);
        await PlantAsync(1, step: 5);
        var reads = _device.Store.Reads;
        var lease = _device.Active(_device.Grant(0, 1, 2) with { Checkpoints = [1] });
        await _device.Checkpointing.LoadAsync(lease);
        Assert.Equal([0, 5, 0], lease.Handles.Select(handle => handle.Status.ResumedAt));
        Assert.Equal([null, 5, null], lease.Handles.Select(handle => handle.Checkpoint?.Step));
        Assert.InRange(_device.Store.Reads - reads, 0, 1);
    }

    [Fact]
    public async Task ACheckpointOfAnotherKindOfDeviceIsRemoved()
    {
        await PlantAsync(0, step: 3);
        _device.Renderer.CanGoOnFrom = _ => false;
        var lease = _device.Active(_device.Grant(0) with { Checkpoints = [0] });
        await _device.Checkpointing.LoadAsync(lease);
        Assert.Null(lease.Handles[0].Checkpoint);
        Assert.Null(await FindAsync(0));
    }

    [Fact]
    public async Task CheckpointsThatCannotBeLoadedCostNoTask()
    {
        _device.Store.Outage = new StoreUnreachableException("memory", "the cable is out");
        var lease = _device.Active(_device.Grant(0) with { Checkpoints = [0] });
        await _device.Checkpointing.LoadAsync(lease);
        Assert.Null(lease.Handles[0].Checkpoint);
        Assert.Equal(1, _device.Log.Count("LogNotLoaded"));
    }

    [Fact]
    public async Task ABatchIsSavedAndItsCheckpointsGoWhenItsTasksHaveEnded()
    {
        var lease = _device.Active(0, 1);
        await _device.Checkpointing.Of(lease.Handles).Save([Checkpoint(0, 4), Checkpoint(1, 4)]);
        Assert.Equal((4, 4), (await FindAsync(0), await FindAsync(1)));
        await _device.Checkpointing.RemoveAsync(lease.Handles[0], _device.Shard.Recipe);
        Assert.Equal((null, 4), (await FindAsync(0), await FindAsync(1)));
    }

    [Fact]
    public async Task ATaskThatNeverHadACheckpointCostsNoRemoval()
    {
        await PlantAsync(0, step: 3);
        await _device.Checkpointing.RemoveAsync(_device.Active(0).Handles[0], _device.Shard.Recipe);
        Assert.Equal(3, await FindAsync(0));
    }

    [Fact]
    public async Task ASaveWithoutAnAnswerMayHaveHappenedAndIsRemovedAtTheEnd()
    {
        var lease = _device.Active(0);
        _device.Store.Outage = new StoreUnreachableException("memory", "the cable is out");
        await _device.Checkpointing.Of(lease.Handles).Save([Checkpoint(0, 4)]);
        Assert.Equal(1, _device.Log.Count("LogNotSaved"));
        _device.Store.Outage = null;
        await PlantAsync(0, step: 4);
        await _device.Checkpointing.RemoveAsync(lease.Handles[0], _device.Shard.Recipe);
        Assert.Null(await FindAsync(0));
    }

    [Fact]
    public async Task AStoreThatDoesNotAnswerIsWaitedForNoLongerThanItsPatience()
    {
        var silent = new InterceptedStore(_device.Store) { Before = (_, _) => Task.Delay(Timeout.Infinite, _device.Stop.Aborting.Token) };
        var checkpointing = new BatchCheckpointing(_device.Context, new(silent), _device.Stop);
        var lease = _device.Active(_device.Grant(0) with { Checkpoints = [0] });
        var loading = checkpointing.LoadAsync(lease);
        Assert.False(loading.IsCompleted);
        _device.Clock.Advance(_device.Options.CheckpointPatience);
        await Eventually.EndAsync(loading, "the end of its patience");
        Assert.Equal(1, _device.Log.Count("LogNotLoaded"));
    }

    [Fact]
    public void WithoutAnIntervalNothingIsSavedAndAShortOneLowersTheWorkThatIsWorthwhile()
    {
        var batch = _device.Active(0).Handles;
        _device.Options.CheckpointInterval = TimeSpan.Zero;
        Assert.Equal((TimeSpan.MaxValue, TimeSpan.MaxValue), IntervalsOf(batch));
        _device.Options.CheckpointInterval = TimeSpan.FromSeconds(2);
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)), IntervalsOf(batch));
        _device.Options.CheckpointInterval = TimeSpan.FromSeconds(60);
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5)), IntervalsOf(batch));
    }

    [Fact]
    public void ASiloThatLeavesWantsItsBatchesSavedAtOnce()
    {
        var checkpoints = _device.Checkpointing.Of(_device.Active(0).Handles);
        Assert.False(checkpoints.Leaving.IsCancellationRequested);
        _device.Stop.Draining.Cancel();
        Assert.True(checkpoints.Leaving.IsCancellationRequested);
    }

    private (TimeSpan Interval, TimeSpan Work) IntervalsOf(IReadOnlyList<ChannelHandle> batch)
        => _device.Checkpointing.Of(batch) is var checkpoints ? (checkpoints.Interval, checkpoints.MinimumWork) : default;

    private AscentCheckpoint Checkpoint(int task, int step) => SampleSweeps.Checkpoint(_device.Shard.TaskAt(task), _device.Shard.Recipe, step);

    private Task<bool> PlantAsync(int task, int step) => new CheckpointStore(_device.Store).SaveAsync(Checkpoint(task, step), Token);

    private async Task<int?> FindAsync(int task) => (await new CheckpointStore(_device.Store).LoadAsync(_device.Shard.TaskAt(task), _device.Shard.Recipe.Hash, Token))?.Step;
}
