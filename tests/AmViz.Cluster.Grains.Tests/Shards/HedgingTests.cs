using AmViz.Cluster.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

public sealed class HedgingTests
{
    private static readonly TimeSpan Batch = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new();
    private readonly TestShard _shard;

    public HedgingTests() => _shard = new(4, new() { Clock = _clock });

    private LeaseTable Table => _shard.Table;

    [Fact]
    public void ALeaseWhoseDeviceMissedThreeRenewalsIsHedged()
    {
        var silent = Claim("a")!;
        Pass(18);
        Assert.Equal(0, Table.Hedges);
        Assert.Null(Claim("b"));
        Pass(1);
        Assert.Equal((0, 4), (Table.Available, Table.Hedges));
        Assert.Null(Claim("a"));
        var hedge = Claim("b")!;
        Assert.Equal((HedgeReason.Silent, true), (hedge.Hedges, hedge.IsSecondCopy));
        Assert.Equal(silent.Tasks, hedge.Tasks);
        Assert.Null(Claim("c"));
    }

    [Fact]
    public void WhoeverIsFirstHasDoneItAndTheOtherIsTold()
    {
        var silent = Claim("a")!;
        Pass(19);
        var hedge = Claim("b")!;
        Assert.True(Renew(silent, LeaseStage.Drawing));
        _shard.Finish(silent);
        Assert.False(Renew(hedge, LeaseStage.Drawing));
        Assert.Empty(Table.Leases);
        Assert.Equal(4, _shard.Progress.EndedCount);
    }

    [Fact]
    public void ADeviceWithOtherWorkInHandGetsNoHedge()
    {
        Claim("a");
        Pass(19);
        Assert.Null(Table.Claim("b", 4, 4, Batch, isBusy: true));
        Assert.NotNull(Claim("b"));
    }

    [Fact]
    public void WorkThatNobodyHoldsComesBeforeHedges()
    {
        var shard = new TestShard(8, new() { Clock = _clock });
        shard.Table.Claim("a", 4, 4, Batch);
        Pass(19);
        Assert.Equal((4, 0), (shard.Table.Available, shard.Table.Hedges));
        Assert.Null(shard.Table.Claim("b", 4, 4, Batch)!.Hedges);
        Assert.Equal(HedgeReason.Silent, shard.Table.Claim("c", 4, 4, Batch)!.Hedges);
    }

    [Fact]
    public void TheStoreIsAskedForPicturesOfASilentDeviceBeforeItsWorkIsDoneAgain()
    {
        Claim("a");
        Table.LookForUnreported();
        Assert.False(Table.MustListPictures);
        Pass(19);
        Table.LookForUnreported();
        Assert.True(Table.MustListPictures);
        Table.MustListPictures = false;
        Pass(5);
        Table.LookForUnreported();
        Assert.False(Table.MustListPictures);
        Pass(5);
        Table.LookForUnreported();
        Assert.True(Table.MustListPictures);
    }

    [Fact]
    public void ALeaseAndItsHedgeThatFallSilentAreLostAtOnceAndItsTasksSuspected()
    {
        Claim("a");
        Pass(19);
        Claim("b");
        Assert.Equal(0, Table.Expire());
        Pass(19);
        Assert.Equal(2, Table.Expire());
        Assert.Equal([[0, 1], [2, 3]], new[] { Claim("c")!, Claim("d")! }.Select(lease => lease.IsIsolated ? lease.Tasks : []));
        Assert.Equal(3, _shard.Faults.AttemptOf(0));
    }

    [Fact]
    public void ALossCountsAgainstTasksThatAHedgeStillHolds()
    {
        Claim("a");
        Pass(19);
        var hedge = Claim("b")!;
        for (var second = 0; second < 75; second += 5)
        {
            Pass(5);
            Assert.True(Renew(hedge, LeaseStage.Unknown));
            Table.Expire();
        }

        Assert.Equal([hedge], Table.Leases);
        Assert.Equal(2, _shard.Faults.AttemptOf(0));
        Table.Lose(_ => true);
        Assert.True(Claim("c")!.IsIsolated);
    }

    [Fact]
    public void SuspectsAreNotHedgedAndADeviceGetsOneGroupOfThem()
    {
        for (var loss = 0; loss < 2; loss++)
        {
            Claim("a");
            Table.Lose(_ => true);
        }

        Assert.True(Claim("a")!.IsIsolated);
        Assert.Null(Table.Claim("a", 4, 4, Batch, isBusy: true));
        Assert.True(Claim("b")!.IsIsolated);
        Pass(59);
        Assert.Equal(0, Table.Hedges);
        Assert.Null(Claim("c"));
    }

    [Fact]
    public void ALeaseThatWaitsBehindAnotherIsTakenOverByADeviceWithoutWorkOnce()
    {
        var waiting = Claim("a")!;
        Assert.True(Renew(waiting, LeaseStage.Waiting));
        var taken = Claim("b")!;
        Assert.Equal((HedgeReason.Waiting, false), (taken.Hedges, taken.IsSecondCopy));
        Assert.Equal([taken], Table.Leases);
        Assert.False(Renew(waiting, LeaseStage.Waiting));
        Assert.True(Renew(taken, LeaseStage.Waiting));
        Assert.Null(Claim("c"));
    }

    [Fact]
    public void ALeaseThatIsAboutToBeginIsLeftAloneAndOneThatShouldHaveBegunIsNot()
    {
        var waiting = Claim("a")!;
        for (var second = 0; second < 25; second += 5)
        {
            Pass(5);
            Renew(waiting, LeaseStage.Waiting);
        }

        Assert.Null(Claim("b"));
        Pass(12);
        Renew(waiting, LeaseStage.Waiting);
        Assert.Equal(HedgeReason.Waiting, Claim("b")!.Hedges);
    }

    [Fact]
    public void ALeaseThatTakesTooLongIsHedgedTwiceAtOnceAndNoMore()
    {
        var late = Claim("a")!;
        Draw(late, 37);
        Assert.Null(Claim("b"));
        Draw(late, 39);
        Assert.Null(Claim("a"));
        LiveLease[] hedges = [Claim("b")!, Claim("c")!];
        Assert.All(hedges, hedge => Assert.Equal(HedgeReason.Late, hedge.Hedges));
        Assert.Null(Claim("d"));
        _shard.Finish(hedges[1]);
        Assert.All(new[] { late, hedges[0] }, lease => Assert.False(Renew(lease, LeaseStage.Drawing)));
        Assert.Empty(Table.Leases);
    }

    [Fact]
    public void ADeviceThatDoesNotSayWhenItBeganHasTwiceTheTime()
    {
        var lease = Claim("a")!;
        for (var second = 0; second < 75; second += 5)
        {
            Assert.Null(Claim("b"));
            Pass(5);
            Renew(lease, LeaseStage.Unknown);
        }

        Pass(1);
        Assert.Equal(HedgeReason.Late, Claim("b")!.Hedges);
    }

    [Fact]
    public void ALeaseThatTakesMuchTooLongIsCalledBackOnceWhereOthersWork()
    {
        var shard = new TestShard(8, new() { Clock = _clock });
        var table = shard.Table;
        var late = table.Claim("a", 4, 4, Batch)!;
        Draw(late, 100, table);
        Assert.False(table.Recall(late.Token));
        Assert.NotNull(table.Claim("b", 4, 4, Batch));
        Assert.True(table.Recall(late.Token));
        Assert.True(table.Recall(late.Token));
        Assert.Equal(1, table.RecalledCount);

        // Its device saves what it reached, and reports; only then it is over.
        Assert.Equal(0, table.FreeCount);
        Assert.True(table.Report(new() { Token = late.Token }));
        Assert.Equal((4, 1), (table.FreeCount, shard.Faults.AttemptOf(0)));

        var again = table.Claim("c", 4, 4, Batch)!;
        Assert.Equal(late.Tasks, again.Tasks);
        Draw(again, 100, table);
        Assert.False(table.Recall(again.Token));
    }

    [Fact]
    public void ALeaseIsCalledBackAfterOneAndAHalfTimesWhatWasExpectedUnlessItIsHedged()
    {
        var shard = new TestShard(8, new() { Clock = _clock });
        var (late, hedged) = (shard.Table.Claim("a", 4, 4, Batch)!, shard.Table.Claim("b", 4, 4, Batch)!);
        Draw(late, 44, shard.Table);
        Assert.False(shard.Table.Recall(late.Token));
        Draw(late, 46, shard.Table);
        Draw(hedged, 46, shard.Table);
        Assert.Equal(late.Tasks, shard.Table.Claim("c", 4, 4, Batch)!.Tasks);
        Assert.Equal((false, true), (shard.Table.Recall(late.Token), shard.Table.Recall(hedged.Token)));
    }

    private LiveLease? Claim(string device) => Table.Claim(device, 4, 4, Batch);

    private bool Renew(LiveLease lease, LeaseStage stage) => Table.Renew(lease.Device, new(lease.Token, lease.Tasks, [], stage));

    private void Draw(LiveLease lease, int seconds, LeaseTable? table = null)
    {
        // Its clock has gone on by so much since its first step, of which the table hears now.
        lease.BegunAt = 0;
        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(Math.Min(_clock.GetElapsedTime(lease.GrantedAt).Ticks, TimeSpan.FromSeconds(seconds).Ticks)));
        (table ?? Table).Renew(lease.Device, new(lease.Token, lease.Tasks, lease.Tasks, LeaseStage.Drawing, TimeSpan.FromSeconds(seconds)));
    }

    private void Pass(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));
}
