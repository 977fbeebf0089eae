using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains.Tests;

public sealed class LeasePullerTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly LeasePuller _puller;
    private readonly Queue<Lease> _available = [];

    public LeasePullerTests()
    {
        var assignments = new SweepAssignments(_device.Grains.Factory, _device.Status);
        _puller = new(
            _device.Context, _device.Grains.Factory, _device.Stop, _device.Queues, _device.Held,
            new(_device.Context, _device.Grains.Factory, assignments, _device.Health, _device.Status),
            new(_device.Context, _device.Grains.Factory, _device.Held, _device.Times, _device.Status, _device.Stop.Aborting.Token),
            new(_device.Context, _device.Grains.Factory, _device.Held), _device.Status);
        _device.Grains.Assign = (_, _) => Task.FromResult(new DeviceAssignment([_device.Shard.Id.Sweep], TimeSpan.Zero));
        _device.Grains.NextShard = (_, request) => Task.FromResult(request.Exhausted is null ? new ShardHint(_device.Shard.Id) : null);
        _device.Grains.Exchange = (_, request) => Task.FromResult(request.Want > 0 && _available.TryDequeue(out var lease)
            ? new ExchangeReply(ExchangeVerdict.Leased, [lease])
            : new(ExchangeVerdict.NothingNow));
    }

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task LeasesAreFetchedUntilTheDeviceHoldsEnough()
    {
        Offer(3);
        var running = _puller.RunAsync();
        var (first, second) = (await NextAsync(), await NextAsync());
        Assert.Equal([1L, 2L], [first.Lease.Token.Number, second.Lease.Token.Number]);
        Assert.Single(_available);
        Assert.Equal(2, _device.Held.Count);
        // Each task's grain is activated, before the lease is drawn.
        Assert.Equal(2, _device.Grains.Count(nameof(IChannelTaskGrain.Run)));
        await AbortAsync(running);
    }

    [Fact]
    public async Task ALeaseThatHasEndedIsReportedAtOnceAndMakesRoomForTheNext()
    {
        Offer(3);
        var running = _puller.RunAsync();
        var first = await NextAsync();
        first.Fail(first.Handles[0], "why");
        await NextAsync();
        // No time passes: it is the end of the lease that ends the pause.
        await _device.Queues.ToReport.Writer.WriteAsync(first, TestContext.Current.CancellationToken);
        Assert.Equal(3, (await NextAsync()).Lease.Token.Number);
        Assert.DoesNotContain(first, _device.Held.All);
        await AbortAsync(running);
    }

    [Fact]
    public async Task ADeviceWithoutWorkAsksAgainAfterAPauseAndIsIdle()
    {
        _device.Status.Update(status => status with { Shard = _device.Shard.Id, Images = 2 });
        var running = _puller.RunAsync();
        await Eventually.TrueAsync(() => _device.Status.Current.Activity == DeviceActivity.Idle, "the device to be idle");
        Offer(1);
        await _device.PassUntilAsync(() => _device.Queues.ToDraw.Reader.Count > 0, "a lease");
        await AbortAsync(running);
    }

    [Fact]
    public async Task ADrainReportsWhatIsHeldAndLeasesNoMore()
    {
        Offer(3);
        var running = _puller.RunAsync();
        var (first, second) = (await NextAsync(), await NextAsync());
        await _device.Stop.Draining.CancelAsync();
        _device.Queues.ToReport.Writer.TryWrite(first);
        _device.Queues.ToReport.Writer.TryWrite(second);
        await Eventually.EndAsync(running, "the puller");
        Assert.True(_device.Held.IsEmpty);
        Assert.Single(_available);
        Assert.Equal(0, _device.Grains.Count(nameof(ILayerShardGrain.Release)));
        Assert.False(await _device.Queues.ToDraw.Reader.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ADrainWakesADeviceThatHasNothing()
    {
        var running = _puller.RunAsync();
        await Eventually.TrueAsync(() => _device.Grains.Count(nameof(ILayerShardGrain.Exchange)) > 0, "the device to have asked for work");
        await _device.Stop.Draining.CancelAsync();
        await Eventually.EndAsync(running, "the puller, although no time passes");
    }

    [Fact]
    public async Task AnAbortReleasesTheLeasesWithoutTheirResults()
    {
        Offer(1);
        IReadOnlyList<AttemptToken> released = [];
        _device.Grains.Release = (_, tokens) => Task.FromResult(released = tokens);
        var running = _puller.RunAsync();
        var lease = await NextAsync();
        await AbortAsync(running);
        Assert.Equal([lease.Lease.Token], released);
        Assert.Equal(1, _device.Log.Count("LogAborted"));
    }

    [Fact]
    public async Task AChannelGrainThatDoesNotAnswerHoldsNothingUp()
    {
        Offer(1);
        _device.Grains.Run = (_, _) => new TaskCompletionSource<bool>().Task;
        var running = _puller.RunAsync();
        await _device.PassUntilAsync(() => _device.Queues.ToDraw.Reader.Count > 0, "the lease to be drawn");
        Assert.Equal(1, _device.Log.Count("LogChannelsNotQueued"));
        await AbortAsync(running);
    }

    private void Offer(int leases)
    {
        for (var i = 0; i < leases; i++)
        {
            _available.Enqueue(_device.Grant(i));
        }
    }

    private async Task<ActiveLease> NextAsync()
    {
        await Eventually.TrueAsync(() => _device.Queues.ToDraw.Reader.Count > 0, "a lease");
        return await _device.Queues.ToDraw.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }

    private async Task AbortAsync(Task running)
    {
        await _device.Stop.Aborting.CancelAsync();
        await Eventually.EndAsync(running, "the puller");
    }
}
