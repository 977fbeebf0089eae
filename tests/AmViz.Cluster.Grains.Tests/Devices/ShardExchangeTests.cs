using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ShardExchangeTests : IDisposable
{
    private readonly TestDevice _device = new(batchSize: 4, options => options.Pool = "a100");
    private readonly ShardExchange _exchange;
    private readonly List<ExchangeRequest> _requests = [];

    public ShardExchangeTests()
    {
        _exchange = new(_device.Context, _device.Grains.Factory, _device.Held, _device.Times, _device.Status, _device.Stop.Aborting.Token);
        Answer(_ => new(ExchangeVerdict.NothingNow));
    }

    private ShardId Shard => _device.Shard.Id;

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task ARequestReportsWhatHasEndedAndNamesWhatIsHeld()
    {
        var (ended, held) = (Hold(0, 1), Hold(2, 3));
        ended.Fail(ended.Handles[0], "why");
        held.StartDrawing([held.Handles[1]]);
        await _exchange.SendAsync(Shard, [ended], wantsLease: false);
        var request = Assert.Single(_requests);
        Assert.Equal((TestDevice.Name, "a100", 4, 0, 1), (request.Device, request.Pool, request.BatchSize, request.Want, request.Leases));
        Assert.Equal([new TaskFailure(0, "why")], Assert.Single(request.Reports).Failures);
        var renewal = Assert.Single(request.Held);
        Assert.Equal(held.Lease.Token, renewal.Token);
        Assert.Equal([3], renewal.Drawing);
        Assert.Same(held, Assert.Single(_device.Held.All));
        Assert.True(request.IsBusy);
    }

    [Fact]
    public async Task ADeviceThatHoldsNothingElseSaysSo()
    {
        await _exchange.SendAsync(Shard, [Hold(0)], wantsLease: true);
        Assert.False(Assert.Single(_requests).IsBusy);
    }

    [Fact]
    public async Task ALeaseIsAsManyBatchesAsFillItsTime()
    {
        await _exchange.SendAsync(Shard, [], wantsLease: true);
        _device.Times.Measured(Shard, seconds: 0.5);
        await _exchange.SendAsync(Shard, [], wantsLease: true);
        Assert.Equal([4, 4 * 8], _requests.Select(request => request.Want));
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(0.5)], _requests.Select(request => request.ExpectedBatch));
        Assert.Equal([1L, 2L], _requests.Select(request => request.Number));
        Assert.All(_requests, request => Assert.Equal(2, request.Leases));
    }

    [Fact]
    public async Task ARequestIsRepeatedUnderItsNumberUntilItIsAnswered()
    {
        Answer(attempt => attempt < 5 ? throw new TimeoutException("no answer") : new(ExchangeVerdict.Finished));
        var ended = Hold(0);
        var sent = _exchange.SendAsync(Shard, [ended], wantsLease: true);
        Assert.Equal("no answer", _device.Status.Current.Trouble);
        await _device.PassUntilAsync(() => sent.IsCompleted, "an answer");
        Assert.Equal(ExchangeVerdict.Finished, (await sent)!.Verdict);
        Assert.Equal([1L, 1, 1, 1, 1], _requests.Select(request => request.Number));
        Assert.True(_device.Held.IsEmpty);
        Assert.Null(_device.Status.Current.Trouble);
        Assert.Equal(0, _device.Log.Count("LogNotReported"));
    }

    [Fact]
    public async Task ResultsThatCannotBeReportedAreLeftToTheStoreAfterAWhile()
    {
        Answer(_ => throw new TimeoutException("no answer"));
        var (started, ended) = (_device.Clock.GetUtcNow(), Hold(0));
        var sent = _exchange.SendAsync(Shard, [ended], wantsLease: true);
        await _device.PassUntilAsync(() => sent.IsCompleted, "the end of its patience", TimeSpan.FromSeconds(1));
        Assert.Null(await sent);
        Assert.True(_device.Clock.GetUtcNow() - started > _device.Options.ReportPatience);
        Assert.True(_device.Held.IsEmpty);
        Assert.Equal(1, _device.Log.Count("LogNotReported"));
    }

    [Fact]
    public async Task AnAgentThatIsAbortedReportsNothingMore()
    {
        Answer(_ => throw new TimeoutException("no answer"));
        var sent = _exchange.SendAsync(Shard, [Hold(0)], wantsLease: false);
        await _device.Stop.Aborting.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        Assert.Single(_requests);
        Assert.Equal(1, _device.Held.Count);
    }

    private void Answer(Func<int, ExchangeReply> reply) => _device.Grains.Exchange = (_, request) =>
    {
        _requests.Add(request);
        return Task.FromResult(reply(_requests.Count));
    };

    private ActiveLease Hold(params int[] tasks)
    {
        var lease = _device.Active(tasks);
        _device.Held.Add(lease);
        return lease;
    }
}
