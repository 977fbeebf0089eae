using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains.Tests;

public sealed class FaultIsolationTests
{
    private static readonly DateTimeOffset Begun = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly ShardProgress _progress = new(8, new(SweepState.Running, default));
    private readonly FaultIsolation _faults;

    public FaultIsolationTests() => _faults = new(_progress, new(), new Dictionary<int, TaskFaults>());

    [Fact]
    public void ATaskThatFailsIsIsolatedAndTheThirdTimeQuarantinedWithItsError()
    {
        foreach (var error in new[] { "one", "two" })
        {
            _faults.RecordFailures(Lease(), [3], error);
            Assert.Equal([3], _faults.NextGroup()!);
            Assert.Empty(_faults.Quarantined);
        }

        _faults.RecordFailures(Lease(), [3], "three");
        Assert.Null(_faults.NextGroup());
        Assert.Equal(KeyValuePair.Create(3, "three"), Assert.Single(_faults.Quarantined));
        Assert.Equal([3], _faults.Tasks);
    }

    [Fact]
    public void ACrashedBatchIsIsolatedInHalves()
    {
        _faults.RecordCrash(Lease(), [0, 1, 2, 3, 4], "boom");
        Assert.Equal(5, _faults.IsolatedCount);
        Assert.Equal([0, 1, 2], _faults.NextGroup()!);
        Assert.Equal([3, 4], _faults.NextGroup()!);
        Assert.Empty(_faults.Faults);
    }

    [Fact]
    public void TheSecondLossOfADeviceIsolatesWhatItDrewAndTheThirdAloneQuarantines()
    {
        Assert.Empty(_faults.RecordLoss(Lease(isIsolated: false), [1, 2]));
        Assert.Equal([1, 2], _faults.RecordLoss(Lease(isIsolated: false), [1, 2]));
        Assert.Equal([1], _faults.NextGroup()!);
        for (var alone = 1; alone <= 3; alone++)
        {
            Assert.Empty(_faults.Quarantined);
            Assert.Equal([1], _faults.RecordLoss(Lease(isIsolated: true), [1]));
        }

        Assert.Contains("lost 3 times", Assert.Single(_faults.Quarantined).Value, StringComparison.Ordinal);
        Assert.Equal(6, _faults.AttemptOf(1));
    }

    [Fact]
    public void GroupsLoseTasksThatHaveEndedOrThatALeaseHolds()
    {
        _faults.Isolate([0, 1]);
        _faults.Isolate([2, 3]);
        _progress.Record(2, TestShard.Row());
        _faults.Withdraw([0, 1]);
        Assert.Equal(1, _faults.IsolatedCount);
        Assert.Equal([3], _faults.NextGroup()!);
    }

    [Fact]
    public void TheNextActivationContinuesWithTheFaultsOfTasksThatHaveNotEnded()
    {
        _faults.RecordFailures(Lease(), [1], "bad");
        _faults.RecordFailures(Lease(), [2], "bad");
        _progress.Record(2, TestShard.Row());
        var next = new FaultIsolation(_progress, new(), _faults.Faults);
        Assert.Equal([1], next.NextGroup()!);
        Assert.Null(next.NextGroup());
        Assert.Equal((2, 1), (next.AttemptOf(1), next.AttemptOf(2)));
    }

    [Fact]
    public void TheFaultsOfATaskThatHasEndedAreGoneSoThatARetryCountsThemAnew()
    {
        for (var failures = 0; failures < 3; failures++)
        {
            _faults.RecordFailures(Lease(), [1], "bad");
        }

        var version = _faults.Version;
        _progress.Record(1, TestShard.Row(Sweeps.ChannelOutcome.Failed));
        _faults.RecordEnd(1);
        _progress.Reopen(1);
        Assert.Empty(_faults.Faults);
        Assert.Empty(_faults.Quarantined);
        Assert.Equal(1, _faults.AttemptOf(1));
        Assert.True(_faults.Version > version);
    }

    [Fact]
    public void EveryAttemptWithoutAResultIsReportedOnceWithItsLease()
    {
        _faults.RecordFailures(Lease(), [1, 2], "bad");
        _faults.RecordCrash(Lease(), [3, 4, 6], "boom");
        _faults.RecordLoss(Lease(), [5]);
        _faults.RecordLoss(Lease(), []);
        var attempts = _faults.DrainFailedAttempts();
        Assert.Equal([(AttemptEnd.Failed, "bad"), (AttemptEnd.Crashed, "boom"), (AttemptEnd.DeviceLost, null)], attempts.Select(attempt => (attempt.End, attempt.Error)));
        Assert.Equal([[1, 2], [3, 2, 6, 1], [5, 1]], attempts.Select(attempt => attempt.Tasks));
        Assert.All(attempts, attempt => Assert.Equal(("a", "42-1", Begun), (attempt.Device, attempt.Lease, attempt.StartedAt)));
        Assert.Empty(_faults.DrainFailedAttempts());
    }

    private static LiveLease Lease(bool isIsolated = false) => new()
    {
        Token = new(42, 1),
        Device = "a",
        Tasks = [0, 1, 2, 3, 4, 5, 6, 7],
        IsIsolated = isIsolated,
        Duration = TimeSpan.FromMinutes(1),
        ExpectedWork = TimeSpan.Zero,
        StartedAt = Begun,
        GrantedAt = 0,
        RenewedAt = 0,
    };
}
