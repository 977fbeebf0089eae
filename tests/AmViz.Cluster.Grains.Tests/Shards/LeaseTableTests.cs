using AmViz.Cluster.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

public sealed class LeaseTableTests
{
    private static readonly TimeSpan Unknown = TimeSpan.Zero;

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void ALeaseTakesTheLowestFreeTasks()
    {
        var table = Table(10);
        table.Finish(1);
        Assert.Equal([0, 2, 3], table.Claim("a", 3, 3, Unknown)!.Tasks);
        Assert.Equal([4, 5, 6], table.Claim("a", 3, 3, Unknown)!.Tasks);
        Assert.Equal(3, table.Available);
    }

    [Fact]
    public void ATableThatMayNotKnowOfAllLeasesKeepsAwayFromTheWorkThatIsLikeliestInHands()
    {
        var options = new LeaseOptions { Clock = _clock };
        var table = new LeaseTable(10, 1, options) { AdoptsUntil = _clock.GetTimestamp() + (7 * _clock.TimestampFrequency) };
        Assert.Equal([9, 8, 7], table.Claim("a", 3, 3, Unknown)!.Tasks);
        // Device b goes on with what the table's former life gave it.
        Assert.True(table.Renew("b", new(new(0, 5), [0, 1, 2], [0])));
        Assert.Equal([6, 5], table.Claim("a", 3, 3, Unknown)!.Tasks);
        Assert.Equal([4], table.Claim("a", 3, 3, Unknown)!.Tasks);
        Assert.Null(table.Claim("a", 3, 3, Unknown));
        _clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal([3], table.Claim("a", 3, 3, Unknown)!.Tasks);
    }

    [Fact]
    public void TasksThatHaveACheckpointAreGivenOutFirstAndAmongThemselves()
    {
        var table = Table(10);
        table.Finish(7);
        table.HaveCheckpoints([3, 5, 7, 8]);
        Assert.Equal([3, 5], table.Claim("a", 2, 2, Unknown)!.Tasks);
        Assert.Equal([8], table.Claim("a", 2, 2, Unknown)!.Tasks);
        Assert.Equal([0, 1], table.Claim("a", 2, 2, Unknown)!.Tasks);
        Assert.Equal([false, true, true], new[] { 2, 3, 8 }.Select(table.MayHaveCheckpoint));
    }

    [Fact]
    public void WorkThatIsLeftUnfinishedIsReasonToLookForCheckpoints()
    {
        var table = Table(6);
        Assert.True(Looks(table));
        var done = table.Claim("a", 2, 2, Unknown)!;
        done.Tasks.ToList().ForEach(task => table.Finish(task));
        Assert.True(table.Report(new() { Token = done.Token }));
        Assert.False(Looks(table));

        table.Release(table.Claim("a", 1, 1, Unknown)!.Token);
        Assert.True(Looks(table));
        table.Claim("a", 1, 1, Unknown);
        table.Lose(_ => true);
        Assert.True(Looks(table));
        table.Report(new() { Token = new(0, 99) });
        Assert.True(Looks(table));
        Assert.False(Looks(table));

        static bool Looks(LeaseTable table)
        {
            var must = table.MustLookForCheckpoints;
            table.MustLookForCheckpoints = false;
            return must;
        }
    }

    [Fact]
    public void LeasesThatEndWithoutAReportAreReasonToLookForPictures()
    {
        var table = Table(6);
        Assert.False(Looks(table));
        table.Report(new() { Token = table.Claim("a", 2, 2, Unknown)!.Token });
        Assert.False(Looks(table));

        table.Release(table.Claim("a", 2, 2, Unknown)!.Token);
        Assert.True(Looks(table));
        table.Claim("a", 2, 2, Unknown);
        table.Lose(_ => true);
        Assert.True(Looks(table));
        Assert.False(Looks(table));

        static bool Looks(LeaseTable table)
        {
            var must = table.MustLookForPictures;
            table.MustLookForPictures = false;
            return must;
        }
    }

    [Fact]
    public void SeveralDevicesShareTheRestInWholeBatches()
    {
        var table = Table(40);
        Assert.Equal(4, table.Claim("a", 4, 4, Unknown)!.Tasks.Count);
        // 36 are free for two devices: half of a fair share is 9, which is 3 batches of 4.
        Assert.Equal(12, table.Claim("b", 40, 4, Unknown)!.Tasks.Count);
    }

    [Fact]
    public void ALeaseLastsThreeBatchesButAtLeastAMinute()
    {
        var table = Table(4);
        Assert.Equal(TimeSpan.FromSeconds(60), table.Claim("a", 1, 1, TimeSpan.FromSeconds(5))!.Duration);
        Assert.Equal(TimeSpan.FromSeconds(300), table.Claim("a", 1, 1, TimeSpan.FromSeconds(100))!.Duration);
    }

    [Fact]
    public void ARenewedLeaseSlidesAndASilentOneIsLost()
    {
        var table = Table(2);
        var renewed = table.Claim("a", 1, 1, Unknown)!;
        var silent = table.Claim("b", 1, 1, Unknown)!;
        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.True(table.Renew("a", new(renewed.Token, renewed.Tasks, [])));
        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(1, table.Expire());
        Assert.Equal([renewed], table.Leases);
        Assert.Equal(silent.Tasks, table.Claim("c", 1, 1, Unknown)!.Tasks);
    }

    [Fact]
    public void AReleasedLeaseIsFreeAtOnceAndBlamesNobody()
    {
        var table = Table(2);
        for (var i = 0; i < 10; i++)
        {
            table.Release(table.Claim("a", 2, 2, Unknown)!.Token);
        }

        var lease = table.Claim("a", 2, 2, Unknown)!;
        Assert.False(lease.IsApart);
        Assert.Equal(1, table.AttemptOf(0));
    }

    [Fact]
    public void ACrashedBatchIsLeasedAgainInHalvesDownToTheOneToBlame()
    {
        const int poison = 5;
        var table = Table(8);
        var sizes = new List<int>();
        while (table.Condemned.Count == 0)
        {
            var lease = table.Claim("a", 8, 8, Unknown)!;
            sizes.Add(lease.Tasks.Count);
            if (lease.Tasks.Contains(poison))
            {
                table.Report(new() { Token = lease.Token, Crashes = [new(lease.Tasks, "boom")] });
            }
            else
            {
                Finish(table, lease);
            }
        }

        Assert.Equal(KeyValuePair.Create(poison, "boom"), Assert.Single(table.Condemned));
        Assert.Equal(7, table.DoneCount);
        // The whole, both halves, both quarters of one, both eighths of one of those, and twice more the one to blame.
        Assert.Equal([8, 4, 4, 2, 2, 1, 1, 1, 1], sizes);
        Assert.Null(table.Claim("a", 8, 8, Unknown));
    }

    [Fact]
    public void AFailureCountsAgainstOneTaskOnly()
    {
        var table = Table(4);
        var lease = table.Claim("a", 4, 4, Unknown)!;
        table.Report(new() { Token = lease.Token, Failures = [new(2, "bad")] });
        Assert.Equal([0, 1, 3], table.Claim("a", 4, 4, Unknown)!.Tasks);
        var again = table.Claim("a", 4, 4, Unknown)!;
        Assert.Equal([2], again.Tasks);
        Assert.Equal(2, table.AttemptOf(2));
    }

    [Fact]
    public void TroubleUnderALostLeaseCountsForNothing()
    {
        var table = Table(1);
        var lost = table.Claim("a", 1, 1, Unknown)!;
        _clock.Advance(TimeSpan.FromHours(1));
        table.Expire();
        Assert.False(table.Report(new() { Token = lost.Token, Failures = [new(0, "late")] }));
        Assert.Equal(1, table.Available);
    }

    [Fact]
    public void OnlyWhatWasOnTheDeviceIsSuspectedWhenItIsLost()
    {
        var table = Table(8);
        for (var loss = 0; loss < 2; loss++)
        {
            var lease = table.Claim("a", 8, 2, Unknown)!;
            table.Renew("a", new(lease.Token, lease.Tasks, [2, 3]));
            Assert.Equal(1, table.Lose(found => found.Device == "a"));
        }

        Assert.Equal([0, 1, 4, 5, 6, 7], table.Claim("b", 8, 2, Unknown)!.Tasks);
        Assert.Equal([2], table.Claim("b", 8, 2, Unknown)!.Tasks);
        Assert.Equal([3], table.Claim("b", 8, 2, Unknown)!.Tasks);
    }

    [Fact]
    public void ATaskThatTakesItsDeviceAlongEveryTimeIsGivenUp()
    {
        var table = Table(4);
        var deaths = 0;
        while (table.Condemned.Count == 0)
        {
            var lease = table.Claim("a", 4, 4, Unknown)!;
            if (lease.Tasks.Contains(1))
            {
                table.Renew("a", new(lease.Token, lease.Tasks, lease.Tasks));
                deaths++;
                table.Lose(_ => true);
            }
            else
            {
                Finish(table, lease);
            }
        }

        Assert.Equal([1], table.Condemned.Keys);
        Assert.Equal(3, table.DoneCount);
        Assert.InRange(deaths, 5, 7);
    }

    [Fact]
    public void ASuspectThatWaitsBesideTheOneToBlameIsNotBlamedAndStaysASuspect()
    {
        var table = Table(4);
        for (var loss = 0; loss < 2; loss++)
        {
            table.Claim("a", 4, 4, Unknown);
            table.Lose(_ => true);
        }

        // A device that holds two leases and has begun only the one that takes it along.
        while (table.Condemned.Count == 0)
        {
            var leases = new[] { table.Claim("a", 4, 4, Unknown), table.Claim("a", 4, 4, Unknown) }.OfType<LiveLease>().ToArray();
            Assert.All(leases, lease => Assert.True(lease.IsApart));
            foreach (var deadly in leases.Where(lease => lease.Tasks.Contains(3)))
            {
                table.Renew("a", new(deadly.Token, deadly.Tasks, deadly.Tasks));
            }

            table.Lose(_ => true);
        }

        Assert.Equal([3], table.Condemned.Keys);
        while (table.Claim("a", 4, 4, Unknown) is { } lease)
        {
            Assert.True(lease.IsApart);
            Finish(table, lease);
        }

        Assert.Equal(3, table.DoneCount);
    }

    [Fact]
    public void ALateLeaseIsGivenToASecondDeviceOnce()
    {
        var table = Table(4);
        var late = table.Claim("a", 4, 4, TimeSpan.FromSeconds(10))!;
        Assert.Null(table.Claim("b", 4, 4, Unknown));
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(4, table.Available);
        Assert.Null(table.Claim("a", 4, 4, Unknown));
        var copy = table.Claim("b", 4, 4, Unknown)!;
        Assert.True(copy.IsSecondCopy);
        Assert.Equal(late.Tasks, copy.Tasks);
        Assert.Null(table.Claim("c", 4, 4, Unknown));
        Finish(table, copy);
        Assert.False(table.Renew("a", new(late.Token, late.Tasks, [])));
        Assert.Empty(table.Leases);
    }

    [Fact]
    public void ATableThatKnowsNothingTakesALeaseOverIfItsTasksAreFree()
    {
        var table = Table(6);
        var taken = table.Claim("b", 2, 2, Unknown)!;
        var before = new AttemptToken(1, 7);
        Assert.True(table.Renew("a", new(before, [0, 1, 2, 3], [2])));
        Assert.Equal([4, 5], table.Claim("c", 6, 6, Unknown)!.Tasks);
        Assert.False(table.Renew("d", new(new(1, 8), [0, 1], [])));
        Assert.True(table.Report(new() { Token = before }));
        Assert.Equal([2, 3], table.Claim("c", 2, 2, Unknown)!.Tasks);
        Assert.Contains(taken, table.Leases);
    }

    private LeaseTable Table(int count) => new(count, epoch: 42, new() { Clock = _clock });

    private static void Finish(LeaseTable table, LiveLease lease)
    {
        foreach (var task in lease.Tasks)
        {
            table.Finish(task);
        }

        table.Report(new() { Token = lease.Token });
    }
}
