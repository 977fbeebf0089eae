using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

public sealed class PictureStorerTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly ActiveLease _lease;

    public PictureStorerTests() => _lease = _device.Active(0, 1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task PicturesAreStoredAndTheLeaseIsReportedAfterItsLastBatch()
    {
        await StoreAsync(Rendered());
        var rows = _lease.Report.Rows.OrderBy(row => row.Run.Task.Channel).ToArray();
        Assert.Equal([0, 1], rows.Select(row => row.Run.Task.Channel));
        Assert.All(rows, row => Assert.Equal(
            (TestDevice.Name, "1-1", false, _device.Clock.GetUtcNow()), (row.Run.Device, row.Run.Lease, row.Run.Skipped, row.Run.CommittedAt)));
        Assert.All(_lease.Handles, handle => Assert.Equal(ChannelTaskState.Committed, handle.Status.State));
        Assert.Equal(2, _device.Status.Current.Stored);
        Assert.True(_device.Queues.ToReport.Reader.TryRead(out var reported));
        Assert.Same(_lease, reported);
        Assert.Equal(2, await _device.Store.ListAsync(ResultLayout.Results, TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task APictureThatAnotherDeviceStoredFirstCountsAsSkipped()
    {
        await StoreAsync(Rendered());
        var late = _device.Active(0, 1);
        await StoreAsync(Rendered(), late);
        Assert.All(late.Report.Rows, row => Assert.True(row.Run.Skipped));
    }

    [Fact]
    public async Task TasksWithoutAPictureAreReportedAsWhatTheyAre()
    {
        IReadOnlyList<RenderedChannel> drawn =
        [
            SampleSweeps.NotRendered(ChannelOutcome.Dead, _lease.Handles[0].Task, _device.Shard.Recipe),
            SampleSweeps.NotRendered(ChannelOutcome.Failed, _lease.Handles[1].Task, _device.Shard.Recipe, "no gradient"),
        ];
        await StoreAsync(Task.FromResult<IReadOnlyList<RenderedChannel>?>(drawn));
        Assert.Equal(ChannelOutcome.Dead, Assert.Single(_lease.Report.Rows).Entry.Outcome);
        Assert.Equal([new TaskFailure(1, "no gradient")], _lease.Report.Failures);
        Assert.Equal((ChannelTaskState.Failed, "no gradient"), (_lease.Handles[1].Status.State, _lease.Handles[1].Status.Error));
    }

    [Fact]
    public async Task AForeignFileAtAPicturesAddressFailsThatTaskAlone()
    {
        _device.Store.Plant(ResultLayout.Picture(_lease.Handles[0].Task, _device.Shard.Recipe.Hash), "no picture"u8.ToArray());
        await StoreAsync(Rendered());
        Assert.Equal(0, Assert.Single(_lease.Report.Failures).Task);
        Assert.Equal(1, Assert.Single(_lease.Report.Rows).Run.Task.Channel);
    }

    [Fact]
    public async Task AStoreOutOfReachIsWaitedForWithThePicture()
    {
        _device.Store.Outage = new StoreUnreachableException("memory", "the cable is out");
        var storing = StoreAsync(Rendered());
        await _device.PassUntilAsync(() => _device.Status.Current.Trouble is not null && _device.Clock.GetUtcNow().Second >= 5, "five seconds of trouble");
        Assert.True(_device.Status.Current.WaitsForOthers);
        Assert.False(storing.IsCompleted);
        _device.Store.Outage = null;
        await _device.PassUntilAsync(() => storing.IsCompleted, "the pictures");
        await storing;
        Assert.Equal(2, _lease.Report.Rows.Count);
        Assert.Null(_device.Status.Current.Trouble);
    }

    [Fact]
    public async Task ALeaseThatIsCancelledIsNotWaitedForWhileTheStoreIsOutOfReach()
    {
        _device.Store.Outage = new StoreUnreachableException("memory", "the cable is out");
        var storing = StoreAsync(Rendered());
        await Eventually.TrueAsync(() => _device.Status.Current.Trouble is not null, "the trouble");
        _lease.Cancel();
        await Eventually.EndAsync(storing, "the storer, although no time passes");
        Assert.Empty(_lease.Report.Rows);
        Assert.All(_lease.Handles, handle => Assert.Equal(ChannelTaskState.Cancelled, handle.Status.State));
    }

    [Fact]
    public async Task APictureOfACancelledLeaseIsStoredAllTheSame()
    {
        _lease.Cancel();
        await StoreAsync(Rendered());
        Assert.Equal(2, _lease.Report.Rows.Count);
    }

    [Fact]
    public async Task ABatchThatFailsAsAWholeIsReportedAsACrash()
    {
        await StoreAsync(Task.FromException<IReadOnlyList<RenderedChannel>?>(new ChannelRenderException("boom")));
        var crash = Assert.Single(_lease.Report.Crashes);
        Assert.Equal("boom", crash.Error);
        Assert.Equal([0, 1], crash.Tasks);
    }

    [Fact]
    public async Task ABatchThatTheDeviceIsAtFaultForIsReportedAsNothing()
    {
        await StoreAsync(Task.FromResult<IReadOnlyList<RenderedChannel>?>(null));
        Assert.Equal((0, 0, 0), (_lease.Report.Rows.Count, _lease.Report.Failures.Count, _lease.Report.Crashes.Count));
        Assert.All(_lease.Handles, handle => Assert.Equal(ChannelTaskState.Cancelled, handle.Status.State));
    }

    [Fact]
    public async Task AnAgentThatIsAbortedStoresNothingMore()
    {
        await _device.Stop.Aborting.CancelAsync();
        await StoreAsync(Rendered());
        Assert.Empty(_lease.Report.Rows);
        Assert.Equal(0, _device.Store.Writes);
    }

    private Task<IReadOnlyList<RenderedChannel>?> Rendered()
        => Task.FromResult<IReadOnlyList<RenderedChannel>?>([.. _lease.Handles.Select(handle => SampleSweeps.Rendered(handle.Task, _device.Shard.Recipe))]);

    private async Task StoreAsync(Task<IReadOnlyList<RenderedChannel>?> rendering, ActiveLease? lease = null)
    {
        var queues = new AgentQueues(batchesInFlight: 2);
        var storer = new PictureStorer(
            _device.Context, _device.Stop, queues, new(_device.Store, FakePictures.ReadRecord), _device.Checkpointing, _device.Monitor, _device.Status);
        await queues.ToStore.Writer.WriteAsync(new(lease ?? _lease, (lease ?? _lease).Handles, rendering));
        await queues.ToStore.Writer.WriteAsync(new(lease ?? _lease, [], Rendering: null));
        queues.ToStore.Writer.Complete();
        await storer.RunAsync();
        while (queues.ToReport.Reader.TryRead(out var reported))
        {
            _device.Queues.ToReport.Writer.TryWrite(reported);
        }
    }
}
