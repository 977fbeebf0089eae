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
        var shard = Shard(10);
        shard.Finish(1);
        Assert.Equal([0, 2, 3], shard.Table.Claim("a", 3, 3, Unknown)!.Tasks);
        Assert.Equal([4, 5, 6], shard.Table.Claim("a", 3, 3, Unknown)!.Tasks);
        Assert.Equal(3, shard.Table.Available);
    }

    [Fact]
    public void ATableThatMayNotKnowOfAllLeasesKeepsAwayFromTheWorkThatIsLikeliestInHands()
    {
        var options = new LeaseOptions { Clock = _clock };
        var shard = new TestShard(10, options, epoch: 1, adoptsUntil: _clock.GetTimestamp() + (7 * _clock.TimestampFrequency));
        Assert.Equal([9, 8, 7], shard.Table.Claim("a", 3, 3, Unknown)!.Tasks);
        // Device b continues a lease of an earlier activation.
        Assert.True(shard.Table.Renew("b", new(new(0, 5), [0, 1, 2], [0])));
        Assert.Equal([6, 5], shard.Table.Claim("a", 3, 3, Unknown)!.Tasks);
        Assert.Equal([4], shard.Table.Claim("a", 3, 3, Unknown)!.Tasks);
        Assert.Null(shard.Table.Claim("a", 3, 3, Unknown));
        _clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal([3], shard.Table.Claim("a", 3, 3, Unknown)!.Tasks);
    }

    [Fact]
    public void TasksThatHaveACheckpointAreGivenOutFirstAndAmongThemselves()
    {
        var shard = Shard(10);
        shard.Finish(7);
        shard.Table.SetCheckpointed([3, 5, 7, 8]);
        Assert.Equal([3, 5], shard.Table.Claim("a", 2, 2, Unknown)!.Tasks);
        Assert.Equal([8], shard.Table.Claim("a", 2, 2, Unknown)!.Tasks);
        Assert.Equal([0, 1], shard.Table.Claim("a", 2, 2, Unknown)!.Tasks);
        Assert.Equal([false, true, true], new[] { 2, 3, 8 }.Select(shard.Table.MayHaveCheckpoint));
    }

    [Fact]
    public void WorkThatIsLeftUnfinishedIsReasonToLookForCheckpoints()
    {
        var shard = Shard(6);
        Assert.True(Looks(shard));
        var done = shard.Table.Claim("a", 2, 2, Unknown)!;
        done.Tasks.ToList().ForEach(task => shard.Finish(task));
        Assert.True(shard.Table.Report(new() { Token = done.Token }));
        Assert.False(Looks(shard));

        shard.Table.Release(shard.Table.Claim("a", 1, 1, Unknown)!.Token);
        Assert.True(Looks(shard));
        shard.Table.Claim("a", 1, 1, Unknown);
        shard.Table.Lose(_ => true);
        Assert.True(Looks(shard));
        shard.Table.Report(new() { Token = new(0, 99) });
        Assert.True(Looks(shard));
        Assert.False(Looks(shard));

        static bool Looks(TestShard shard)
        {
            var must = shard.Table.MustListCheckpoints;
            shard.Table.MustListCheckpoints = false;
            return must;
        }
    }

    [Fact]
    public void LeasesThatEndWithoutAReportAreReasonToLookForPictures()
    {
        var shard = Shard(6);
        Assert.False(Looks(shard));
        shard.Table.Report(new() { Token = shard.Table.Claim("a", 2, 2, Unknown)!.Token });
        Assert.False(Looks(shard));

        shard.Table.Release(shard.Table.Claim("a", 2, 2, Unknown)!.Token);
        Assert.True(Looks(shard));
        shard.Table.Claim("a", 2, 2, Unknown);
        shard.Table.Lose(_ => true);
        Assert.True(Looks(shard));
        Assert.False(Looks(shard));

        static bool Looks(TestShard shard)
        {
            var must = shard.Table.MustListPictures;
            shard.Table.MustListPictures = false;
            return must;
        }
    }

    [Fact]
    public void SeveralDevicesShareTheRestInWholeBatches()
    {
        var shard = Shard(40);
        Assert.Equal(4, shard.Table.Claim("a", 4, 4, Unknown)!.Tasks.Count);
        // 36 are free for two devices: half of a fair share is 9, which is 3 batches of 4.
        Assert.Equal(12, shard.Table.Claim("b", 40, 4, Unknown)!.Tasks.Count);
    }

    [Fact]
    public void ALeaseLastsThreeBatchesButAtLeastAMinute()
    {
        var shard = Shard(4);
        Assert.Equal(TimeSpan.FromSeconds(60), shard.Table.Claim("a", 1, 1, TimeSpan.FromSeconds(5))!.Duration);
        Assert.Equal(TimeSpan.FromSeconds(300), shard.Table.Claim("a", 1, 1, TimeSpan.FromSeconds(100))!.Duration);
    }

    [Fact]
    public void ARenewedLeaseSlidesAndASilentOneIsLost()
    {
        var shard = Shard(2);
        var renewed = shard.Table.Claim("a", 1, 1, Unknown)!;
        var silent = shard.Table.Claim("b", 1, 1, Unknown)!;
        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.True(shard.Table.Renew("a", new(renewed.Token, renewed.Tasks, [])));
        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(1, shard.Table.Expire());
        Assert.Equal([renewed], shard.Table.Leases);
        Assert.Equal(silent.Tasks, shard.Table.Claim("c", 1, 1, Unknown)!.Tasks);
    }

    [Fact]
    public void AReleasedLeaseIsFreeAtOnceAndBlamesNobody()
    {
        var shard = Shard(2);
        for (var i = 0; i < 10; i++)
        {
            shard.Table.Release(shard.Table.Claim("a", 2, 2, Unknown)!.Token);
        }

        var lease = shard.Table.Claim("a", 2, 2, Unknown)!;
        Assert.False(lease.IsIsolated);
        Assert.Equal(1, shard.Faults.AttemptOf(0));
    }

    [Fact]
    public void ACrashedBatchIsLeasedAgainInHalvesDownToTheOneToBlame()
    {
        const int poison = 5;
        var shard = Shard(8);
        var sizes = new List<int>();
        while (shard.Faults.Quarantined.Count == 0)
        {
            var lease = shard.Table.Claim("a", 8, 8, Unknown)!;
            sizes.Add(lease.Tasks.Count);
            if (lease.Tasks.Contains(poison))
            {
                shard.Table.Report(new() { Token = lease.Token, Crashes = [new(lease.Tasks, "boom")] });
            }
            else
            {
                shard.Finish(lease);
            }
        }

        Assert.Equal(KeyValuePair.Create(poison, "boom"), Assert.Single(shard.Faults.Quarantined));
        Assert.Equal(7, shard.Progress.EndedCount);
        // The whole, both halves, both quarters of one, both eighths of one of those, and twice more the one to blame.
        Assert.Equal([8, 4, 4, 2, 2, 1, 1, 1, 1], sizes);
        Assert.Null(shard.Table.Claim("a", 8, 8, Unknown));
    }

    [Fact]
    public void AFailureCountsAgainstOneTaskOnly()
    {
        var shard = Shard(4);
        var lease = shard.Table.Claim("a", 4, 4, Unknown)!;
        shard.Table.Report(new() { Token = lease.Token, Failures = [new(2, "bad")] });
        Assert.Equal([0, 1, 3], shard.Table.Claim("a", 4, 4, Unknown)!.Tasks);
        var again = shard.Table.Claim("a", 4, 4, Unknown)!;
        Assert.Equal([2], again.Tasks);
        Assert.Equal(2, shard.Faults.AttemptOf(2));
    }

    [Fact]
    public void TroubleUnderALostLeaseCountsForNothing()
    {
        var shard = Shard(1);
        var lost = shard.Table.Claim("a", 1, 1, Unknown)!;
        _clock.Advance(TimeSpan.FromHours(1));
        shard.Table.Expire();
        Assert.False(shard.Table.Report(new() { Token = lost.Token, Failures = [new(0, "late")] }));
        Assert.Equal(1, shard.Table.Available);
    }

    [Fact]
    public void OnlyWhatWasOnTheDeviceIsSuspectedWhenItIsLost()
    {
        var shard = Shard(8);
        for (var loss = 0; loss < 2; loss++)
        {
            var lease = shard.Table.Claim("a", 8, 2, Unknown)!;
            shard.Table.Renew("a", new(lease.Token, lease.Tasks, [2, 3]));
            Assert.Equal(1, shard.Table.Lose(found => found.Device == "a"));
        }

        Assert.Equal([0, 1, 4, 5, 6, 7], shard.Table.Claim("b", 8, 2, Unknown)!.Tasks);
        Assert.Equal([2], shard.Table.Claim("b", 8, 2, Unknown)!.Tasks);
        Assert.Equal([3], shard.Table.Claim("b", 8, 2, Unknown)!.Tasks);
    }

    [Fact]
    public void ATaskThatTakesItsDeviceAlongEveryTimeIsGivenUp()
    {
        var shard = Shard(4);
        var deaths = 0;
        while (shard.Faults.Quarantined.Count == 0)
        {
            var lease = shard.Table.Claim("a", 4, 4, Unknown)!;
            if (lease.Tasks.Contains(1))
            {
                shard.Table.Renew("a", new(lease.Token, lease.Tasks, lease.Tasks));
                deaths++;
                shard.Table.Lose(_ => true);
            }
            else
            {
                shard.Finish(lease);
            }
        }

        Assert.Equal([1], shard.Faults.Quarantined.Keys);
        Assert.Equal(3, shard.Progress.EndedCount);
        Assert.InRange(deaths, 5, 7);
    }

    [Fact]
    public void ARenewalThatWasOvertakenDoesNotTakeBackWhatIsDrawn()
    {
        var shard = Shard(1);
        for (var loss = 0; loss < 2; loss++)
        {
            shard.Table.Claim("a", 1, 1, Unknown);
            shard.Table.Lose(_ => true);
        }

        var suspect = shard.Table.Claim("a", 1, 1, Unknown)!;
        Assert.True(shard.Table.Renew("a", new(suspect.Token, [0], [0], LeaseStage.Waiting, Number: 2)));
        // Sent before, as part of an exchange that is repeated.
        Assert.True(shard.Table.Renew("a", new(suspect.Token, [0], [], LeaseStage.Waiting, Number: 1)));
        shard.Table.Lose(_ => true);
        Assert.Equal(1, shard.Faults.Faults[0].LossesAlone);
    }

    [Fact]
    public void ASuspectThatWaitsBesideTheOneToBlameIsNotBlamedAndStaysASuspect()
    {
        var shard = Shard(4);
        for (var loss = 0; loss < 2; loss++)
        {
            shard.Table.Claim("a", 4, 4, Unknown);
            shard.Table.Lose(_ => true);
        }

        // A device that holds two leases and has begun only the one that takes it along.
        while (shard.Faults.Quarantined.Count == 0)
        {
            var leases = new[] { shard.Table.Claim("a", 4, 4, Unknown), shard.Table.Claim("a", 4, 4, Unknown) }.OfType<LiveLease>().ToArray();
            Assert.All(leases, lease => Assert.True(lease.IsIsolated));
            foreach (var deadly in leases.Where(lease => lease.Tasks.Contains(3)))
            {
                shard.Table.Renew("a", new(deadly.Token, deadly.Tasks, deadly.Tasks));
            }

            shard.Table.Lose(_ => true);
        }

        Assert.Equal([3], shard.Faults.Quarantined.Keys);
        while (shard.Table.Claim("a", 4, 4, Unknown) is { } lease)
        {
            Assert.True(lease.IsIsolated);
            shard.Finish(lease);
        }

        Assert.Equal(3, shard.Progress.EndedCount);
    }

    [Fact]
    public void ATableThatKnowsNothingTakesALeaseOverIfItsTasksAreFree()
    {
        var shard = Shard(6);
        var taken = shard.Table.Claim("b", 2, 2, Unknown)!;
        var before = new AttemptToken(1, 7);
        Assert.True(shard.Table.Renew("a", new(before, [0, 1, 2, 3], [2])));
        Assert.Equal([4, 5], shard.Table.Claim("c", 6, 6, Unknown)!.Tasks);
        Assert.False(shard.Table.Renew("d", new(new(1, 8), [0, 1], [])));
        Assert.True(shard.Table.Report(new() { Token = before }));
        Assert.Equal([2, 3], shard.Table.Claim("c", 2, 2, Unknown)!.Tasks);
        Assert.Contains(taken, shard.Table.Leases);
    }

    private TestShard Shard(int count) => new(count, new() { Clock = _clock });
}
