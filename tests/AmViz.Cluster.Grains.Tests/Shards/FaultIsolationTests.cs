using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains.Tests;

public sealed class FaultIsolationTests
{
    private readonly ShardProgress _progress = new(8, new(SweepState.Running, default));
    private readonly FaultIsolation _faults;

    public FaultIsolationTests() => _faults = new(_progress, new(), new Dictionary<int, TaskFaults>());

    [Fact]
    public void ATaskThatFailsIsIsolatedAndTheThirdTimeQuarantinedWithItsError()
    {
        foreach (var error in new[] { "one", "two" })
        {
            _faults.RecordFailure(3, error);
            Assert.Equal([3], _faults.NextGroup()!);
            Assert.Empty(_faults.Quarantined);
        }

        _faults.RecordFailure(3, "three");
        Assert.Null(_faults.NextGroup());
        Assert.Equal(KeyValuePair.Create(3, "three"), Assert.Single(_faults.Quarantined));
        Assert.Equal([3], _faults.Tasks);
    }

    [Fact]
    public void ACrashedBatchIsIsolatedInHalves()
    {
        _faults.RecordCrash([0, 1, 2, 3, 4], "boom");
        Assert.Equal(5, _faults.IsolatedCount);
        Assert.Equal([0, 1, 2], _faults.NextGroup()!);
        Assert.Equal([3, 4], _faults.NextGroup()!);
        Assert.Empty(_faults.Faults);
    }

    [Fact]
    public void TheSecondLossOfADeviceIsolatesWhatItDrewAndTheThirdAloneQuarantines()
    {
        Assert.Empty(_faults.RecordLoss([1, 2], wasIsolated: false));
        Assert.Equal([1, 2], _faults.RecordLoss([1, 2], wasIsolated: false));
        Assert.Equal([1], _faults.NextGroup()!);
        for (var alone = 1; alone <= 3; alone++)
        {
            Assert.Empty(_faults.Quarantined);
            Assert.Equal([1], _faults.RecordLoss([1], wasIsolated: true));
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
        _faults.RecordFailure(1, "bad");
        _faults.RecordFailure(2, "bad");
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
            _faults.RecordFailure(1, "bad");
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
}
