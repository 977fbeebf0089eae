using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

public sealed class BatchDrawerTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly BatchDrawer _drawer;
    private readonly TaskCompletionSource _goOn = new();

    public BatchDrawerTests()
    {
        var rendering = new BatchRendering(_device.Context, _device.Checkpointing, _device.Times, _device.Monitor, _device.Status);
        _drawer = new(_device.Context, _device.Stop, _device.Queues, _device.Health, _device.Checkpointing, rendering, new(_device.Context, _device.Grains.Factory, _device.Held));
    }

    public void Dispose()
    {
        _drawer.Dispose();
        _device.Dispose();
    }

    [Fact]
    public async Task ALeaseIsDrawnInBatchesThatFillTheDeviceAndItsEndFollowsThem()
    {
        var lease = _device.Active(0, 1, 2, 3, 4);
        var stored = await DrawAsync(lease);
        Assert.Equal([[0, 1], [2, 3], [4], []], stored.Select(batch => batch.Tasks.Select(task => task.Index)));
        Assert.All(stored, batch => Assert.Same(lease, batch.Lease));
        var drawn = await Task.WhenAll(stored.Select(batch => batch.Rendering).OfType<Task<IReadOnlyList<RenderedChannel>?>>());
        Assert.Equal([2, 2, 1], drawn.Select(results => results!.Count));
        Assert.Null(stored[^1].Rendering);
        Assert.Empty(lease.NextRenewal().Drawing);
    }

    [Fact]
    public async Task ImagesThatAreResumedAtTheSameStepAreDrawnTogetherTheFurthestFirst()
    {
        foreach (var (channel, step) in ((int, int)[])[(1, 3), (2, 6), (4, 3)])
        {
            await _device.Checkpoints.SaveAsync(SampleSweeps.Checkpoint(_device.Shard.TaskAt(channel), _device.Shard.Recipe, step), TestContext.Current.CancellationToken);
        }

        var stored = await DrawAsync(_device.Active(_device.Grant(0, 1, 2, 3, 4) with { Checkpoints = [1, 2, 4] }));
        Assert.Equal([[2], [1, 4], [0, 3], []], stored.Select(batch => batch.Tasks.Select(task => task.Index)));
    }

    [Fact]
    public async Task OnlySoManyBatchesAreOnTheDeviceAtATime()
    {
        _device.Renderer.BeforeBatch = (_, _) => _goOn.Task;
        var lease = _device.Active(0, 1, 2, 3, 4, 5);
        var drawing = DrawAsync(lease);
        await Eventually.TrueAsync(() => _device.Renderer.Batches.Count == 2, "two batches");
        Assert.Equal([0, 1, 2, 3], lease.NextRenewal().Drawing.Order());
        Assert.Equal(ChannelTaskState.Leased, lease.Handles[4].Status.State);
        _goOn.SetResult();
        Assert.Equal(4, (await drawing).Count);
        Assert.Equal(3, _device.Renderer.Batches.Count);
    }

    [Fact]
    public async Task SuspectsAreDrawnAloneAndAnnouncedBefore()
    {
        _device.Renderer.BeforeBatch = (number, _) => number == 1 ? _goOn.Task : Task.CompletedTask;
        var announced = new List<(int[] Drawing, int Finished)>();
        _device.Grains.Renew = (_, request) =>
        {
            announced.Add(([.. request.Leases.SelectMany(lease => lease.Drawing)], _device.Renderer.Finished));
            return Task.FromResult<IReadOnlyList<LeaseDirective>>([.. request.Leases.Select(_ => LeaseDirective.Continue)]);
        };
        var (before, suspects) = (_device.Active(0, 1), _device.Active(_device.Grant(2, 3, 4) with { IsIsolated = true }));
        _device.Held.Add(suspects);
        var drawing = DrawAsync(before, suspects);
        await Eventually.TrueAsync(() => _device.Renderer.Batches.Count == 1, "the batch before");
        Assert.Empty(announced);
        _goOn.SetResult();
        await drawing;
        Assert.Equal([[2, 3], [4]], announced.Select(announcement => announcement.Drawing));
        Assert.Equal([1, 2], announced.Select(announcement => announcement.Finished));
    }

    [Fact]
    public async Task ASuspectIsNotBegunBeforeItsShardHasHeardOfIt()
    {
        var (calls, answer) = (0, _device.Grains.Renew);
        _device.Grains.Renew = (shard, request) => ++calls == 1 ? throw new TimeoutException("no answer") : answer(shard, request);
        var suspect = _device.Active(_device.Grant(2) with { IsIsolated = true });
        var drawing = DrawAsync(suspect);
        await Eventually.TrueAsync(() => _device.Log.Count("LogNotRenewed") == 1, "the first announcement");
        Assert.Empty(_device.Renderer.Batches);
        await _device.PassUntilAsync(() => drawing.IsCompleted, "the picture", TimeSpan.FromMilliseconds(500));
        await drawing;
        Assert.Single(_device.Renderer.Batches);
    }

    [Fact]
    public async Task ADeviceThatDrainsBeginsNoBatch()
    {
        await _device.Stop.Draining.CancelAsync();
        var lease = _device.Active(0, 1, 2);
        var end = Assert.Single(await DrawAsync(lease));
        Assert.Null(end.Rendering);
        Assert.Empty(_device.Renderer.Batches);
        Assert.Empty(lease.Report.Crashes);
        Assert.All(lease.Handles, handle => Assert.Equal(ChannelTaskState.Leased, handle.Status.State));
    }

    [Fact]
    public async Task AfterAFaultTheRestOfTheLeaseIsLeftForOthers()
    {
        _device.Renderer.BeforeBatch = (_, _) => throw new DeviceFaultException("memory ran out");
        var stored = await DrawAsync(_device.Active(0, 1, 2, 3, 4, 5));
        Assert.Single(_device.Renderer.Batches);
        Assert.Null(await stored[0].Rendering!);
        Assert.Equal(2, stored.Count);
    }

    [Fact]
    public async Task ATaskThatWasCancelledIsLeftOut()
    {
        var lease = _device.Active(0, 1, 2, 3);
        lease.Handles[1].Advance(ChannelTaskState.Cancelled);
        lease.Handles[2].Advance(ChannelTaskState.Cancelled);
        lease.Handles[3].Advance(ChannelTaskState.Cancelled);
        var stored = await DrawAsync(lease);
        Assert.Equal([[0], []], stored.Select(batch => batch.Tasks.Select(task => task.Index)));
    }

    [Fact]
    public async Task TimeIsDrawingOrWaitingWhileALeaseIsAtWork()
    {
        _device.Renderer.BeforeBatch = (_, _) => _goOn.Task;
        var drawing = DrawAsync(_device.Active(0, 1));
        await Eventually.TrueAsync(() => _device.Renderer.Batches.Count == 1, "the batch");
        _device.Clock.Advance(TimeSpan.FromSeconds(3));
        _goOn.SetResult();
        await drawing;
        _device.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new DeviceTimes(Drawing: 3, Idle: 5, WaitingForStore: 0), _device.Context.Usage.Times);
    }

    /// <summary>Draws leases to their end.</summary>
    /// <returns>What goes to the store.</returns>
    private async Task<IReadOnlyList<DrawnBatch>> DrawAsync(params ActiveLease[] leases)
    {
        foreach (var lease in leases)
        {
            _device.Queues.ToDraw.Writer.TryWrite(lease);
        }

        _device.Queues.ToDraw.Writer.Complete();
        var running = _drawer.RunAsync();
        var stored = await _device.Queues.ToStore.Reader.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        await running;
        await Task.WhenAll(stored.Select(batch => batch.Rendering).OfType<Task>());
        return stored;
    }
}
