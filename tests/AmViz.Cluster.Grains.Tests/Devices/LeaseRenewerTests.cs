using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains.Tests;

public sealed class LeaseRenewerTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly LeaseRenewer _renewer;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<RenewRequest> _requests = [];
    private LeaseDirective _directive = LeaseDirective.Continue;

    public LeaseRenewerTests()
    {
        _renewer = new(_device.Context, _device.Grains.Factory, _device.Held);
        _device.Grains.Renew = (_, request) =>
        {
            _requests.Add(request);
            return Task.FromResult<IReadOnlyList<LeaseDirective>>([.. request.Leases.Select(_ => _directive)]);
        };
    }

    public void Dispose()
    {
        _stop.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(9, 3)]
    [InlineData(60, 5)]
    public async Task ALeaseIsRenewedAfterAThirdOfItsLifeOrFiveSecondsAndNotBefore(int duration, int seconds)
    {
        var lease = Hold(_device.Grant(0) with { Duration = TimeSpan.FromSeconds(duration) });
        var (received, receivedAt) = (_device.Clock.GetUtcNow(), lease.RenewedAt);
        var running = _renewer.RunAsync(_stop.Token);
        await _device.PassUntilAsync(() => _requests.Count > 0, "a renewal", TimeSpan.FromMilliseconds(100));
        Assert.True(_device.Clock.GetUtcNow() - received > TimeSpan.FromSeconds(seconds));
        await Eventually.TrueAsync(() => lease.RenewedAt > receivedAt, "the renewal to be noted");
        await StopAsync(running);
    }

    [Fact]
    public async Task ALeaseThatIsCancelledStopsItsWork()
    {
        var (cancelled, running) = (Hold(_device.Grant(0)), _renewer.RunAsync(_stop.Token));
        _directive = LeaseDirective.Cancel;
        await _device.PassUntilAsync(() => cancelled.Cancelled.IsCancellationRequested, "the work to be cancelled", TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, _device.Log.Count("LogTakenAway"));
        await StopAsync(running);
    }

    [Fact]
    public async Task AShardThatDoesNotAnswerIsAskedAgain()
    {
        Hold(_device.Grant(0));
        var calls = 0;
        var answer = _device.Grains.Renew;
        _device.Grains.Renew = (shard, request) => ++calls < 3 ? throw new TimeoutException("no answer") : answer(shard, request);
        var running = _renewer.RunAsync(_stop.Token);
        await _device.PassUntilAsync(() => _requests.Count > 0, "a renewal that is answered", TimeSpan.FromMilliseconds(500));
        Assert.Equal(2, _device.Log.Count("LogNotRenewed"));
        await StopAsync(running);
    }

    [Fact]
    public async Task AnAnnouncementIsRepeatedUntilItsShardHasHeardWhatIsOnTheDevice()
    {
        var (_, lease) = (Hold(_device.Grant(0, 1)), Hold(_device.Grant(2, 3)));
        lease.StartDrawing([lease.Handles[0]]);
        var (calls, answer) = (0, _device.Grains.Renew);
        _device.Grains.Renew = (shard, request) => ++calls < 3 ? throw new TimeoutException("no answer") : answer(shard, request);
        var announcing = _renewer.AnnounceAsync(lease, _stop.Token);
        Assert.False(announcing.IsCompleted);
        await _device.PassUntilAsync(() => announcing.IsCompleted, "the announcement", TimeSpan.FromMilliseconds(500));
        await announcing;
        var renewal = Assert.Single(Assert.Single(_requests).Leases);
        Assert.Equal(lease.Lease.Token, renewal.Token);
        Assert.Equal([2], renewal.Drawing);
        Assert.Equal(3, renewal.Number);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnAnnouncementEndsWhenItsLeaseIsTakenAwayOrLeft(bool isTakenAway)
    {
        _device.Grains.Renew = (_, _) => throw new TimeoutException("no answer");
        var lease = Hold(_device.Grant(0));
        var announcing = _renewer.AnnounceAsync(lease, _stop.Token);
        Assert.False(announcing.IsCompleted);
        if (isTakenAway)
        {
            lease.Cancel();
        }

        await (isTakenAway ? Eventually.EndAsync(announcing, "the announcement") : StopAsync(announcing));
    }

    private ActiveLease Hold(Lease grant)
    {
        var lease = _device.Active(grant);
        _device.Held.Add(lease);
        return lease;
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Eventually.EndAsync(running, "the renewer");
    }
}
