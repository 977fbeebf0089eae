using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ActiveLeaseTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly ActiveLease _lease;

    public ActiveLeaseTests() => _lease = _device.Active(4, 5, 6);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void ARenewalNamesAllTasksAndThoseOnTheDevice()
    {
        _lease.StartDrawing([.. _lease.Handles]);
        _lease.EndDrawing([_lease.Handles[1]]);
        var renewal = _lease.NextRenewal();
        Assert.Equal(_lease.Lease.Token, renewal.Token);
        Assert.Equal([4, 5, 6], renewal.Tasks);
        Assert.Equal([4, 6], renewal.Drawing.Order());
    }

    [Fact]
    public void ARenewalSaysSinceWhenItIsDrawn()
    {
        _lease.StartDrawing([.. _lease.Handles]);
        Assert.Equal((LeaseStage.Waiting, TimeSpan.Zero), StageOf(_lease.NextRenewal()));
        new BatchMeter(_device.Context, _device.Status, _lease, _lease.Handles).Report(new(1, 8));
        _device.Clock.Advance(TimeSpan.FromSeconds(3));
        new BatchMeter(_device.Context, _device.Status, _lease, _lease.Handles).Report(new(1, 8));
        Assert.Equal((LeaseStage.Drawing, TimeSpan.FromSeconds(3)), StageOf(_lease.NextRenewal()));

        static (LeaseStage Stage, TimeSpan DrawnFor) StageOf(LeaseRenewal renewal) => (renewal.Stage, renewal.DrawnFor);
    }

    [Fact]
    public void RenewalsAreCounted() => Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(_ => _lease.NextRenewal().Number));

    [Fact]
    public void AReportHoldsFailuresAndCrashesByTheNumbersOfTheirTasks()
    {
        _lease.Fail(_lease.Handles[0], "no gradient");
        _lease.Crash([_lease.Handles[1], _lease.Handles[2]], "boom");
        Assert.Equal([new TaskFailure(4, "no gradient")], _lease.Report.Failures);
        Assert.Equal([5, 6], Assert.Single(_lease.Report.Crashes).Tasks);
        Assert.All(_lease.Handles, handle => Assert.Equal(ChannelTaskState.Failed, handle.Status.State));
    }

    [Fact]
    public void AnAbandonedBatchIsReportedAsNothing()
    {
        ActiveLease.Abandon(_lease.Handles);
        Assert.Equal((0, 0, 0), (_lease.Report.Rows.Count, _lease.Report.Failures.Count, _lease.Report.Crashes.Count));
        Assert.All(_lease.Handles, handle => Assert.Equal(ChannelTaskState.Cancelled, handle.Status.State));
    }

    [Fact]
    public void AllLeasesAreCancelledWithTheAgentAndOneByItself()
    {
        var other = _device.Active(7);
        _lease.Cancel();
        Assert.Equal((true, false), (_lease.Cancelled.IsCancellationRequested, other.Cancelled.IsCancellationRequested));
        _device.Stop.Cancelling.Cancel();
        Assert.True(other.Cancelled.IsCancellationRequested);
    }

    [Fact]
    public void ALeaseThatHasEndedMayBeCancelledWithoutHarm()
    {
        _lease.Dispose();
        _lease.Cancel();
        Assert.False(_lease.Cancelled.IsCancellationRequested);
    }
}
