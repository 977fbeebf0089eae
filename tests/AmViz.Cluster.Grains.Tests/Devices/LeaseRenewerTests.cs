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
    public async Task RenewingAllNamesEachLeaseAndWhatIsOnTheDevice()
    {
        var (first, second) = (Hold(_device.Grant(0, 1)), Hold(_device.Grant(2, 3)));
        second.StartDrawing([second.Handles[0]]);
        await _renewer.RenewAllAsync();
        var renewals = Assert.Single(_requests).Leases.OrderBy(renewal => renewal.Token.Number).ToArray();
        Assert.Equal([first.Lease.Token, second.Lease.Token], renewals.Select(renewal => renewal.Token));
        Assert.Equal([[], [2]], renewals.Select(renewal => renewal.Drawing));
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
