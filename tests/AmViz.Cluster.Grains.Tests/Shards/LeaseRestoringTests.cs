using AmViz.Cluster.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A shard is lost, and its next activation begins with the snapshot.</summary>
public sealed class LeaseRestoringTests
{
    private static readonly TimeSpan Unknown = TimeSpan.Zero;

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void ARestoredLeaseThatIsRenewedGoesOnUnderItsToken()
    {
        var shard = Shard(6);
        var lease = shard.Table.Claim("a", 4, 4, TimeSpan.FromSeconds(100))!;
        shard.Table.Renew("a", new(lease.Token, lease.Tasks, [1, 2]));
        var next = shard.Next();

        var restored = Assert.Single(next.Table.Leases);
        Assert.Equal((lease.Token, "a", lease.Duration, lease.ExpectedWork, true), (restored.Token, restored.Device, restored.Duration, restored.ExpectedWork, restored.IsRestored));
        Assert.Equal(lease.Tasks, restored.Tasks);
        Assert.Equal([1, 2], restored.Drawing);
        Assert.Equal([4, 5], next.Table.Claim("b", 6, 6, Unknown)!.Tasks);
        Assert.True(next.Table.Renew("a", new(lease.Token, lease.Tasks, [3])));
        Assert.False(restored.IsRestored);
        Assert.True(next.Table.Report(new() { Token = lease.Token, Failures = [new(3, "bad")] }));
        Assert.Equal(new TaskFaults { Failures = 1 }, Assert.Single(next.Faults.Faults).Value);
    }

    [Fact]
    public void TheLossOfARestoredLeaseCountsOnceHoweverManyLivesFollow()
    {
        var shard = Shard(4);
        shard.Table.Claim("a", 4, 4, Unknown);
        var next = shard.Next();
        Assert.Equal(1, next.Table.Lose(lease => lease.Device == "a"));
        Assert.Equal(0, next.Table.Lose(lease => lease.Device == "a"));
        var last = next.Next().Next();

        Assert.Empty(last.Table.Leases);
        Assert.Equal([0, 1, 2, 3], last.Faults.Faults.Keys.Order());
        Assert.All(last.Faults.Faults.Values, faults => Assert.Equal(new TaskFaults { Losses = 1 }, faults));
    }

    [Fact]
    public void ARestoredLeaseThatStaysSilentIsLostWhenItsTimeIsOver()
    {
        var shard = Shard(2);
        shard.Table.Claim("a", 2, 2, Unknown);
        _clock.Advance(TimeSpan.FromSeconds(59));
        var next = shard.Next();
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, next.Table.Expire());
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, next.Table.Expire());
        Assert.Equal(2, next.Table.FreeCount);
    }

    [Fact]
    public void ARestoredLeaseThatNeverReachedItsDeviceIsReleasedWithoutBlame()
    {
        var shard = Shard(6);
        var received = shard.Table.Claim("a", 2, 2, Unknown)!;
        shard.Table.Claim("a", 2, 2, Unknown);
        shard.Table.Claim("b", 2, 2, Unknown);
        var next = shard.Next();
        var given = next.Table.ReleaseRestored(lease => lease.Device == "a" && lease.Token != received.Token);

        Assert.Equal(1, given);
        Assert.Equal([2, 3], next.Table.Claim("c", 6, 6, Unknown)!.Tasks);
        Assert.Empty(next.Faults.Faults);
        // What was renewed, or given in this life, is known to be there.
        next.Table.Renew("a", new(received.Token, received.Tasks, []));
        Assert.Equal(1, next.Table.ReleaseRestored(_ => true));
        Assert.Equal(2, next.Table.Leases.Count);
    }

    [Fact]
    public void ARestoredLeaseYieldsToTheDeviceThatDrawsItsTasks()
    {
        var shard = Shard(4);
        var outdated = shard.Table.Claim("a", 4, 4, Unknown)!;
        var next = shard.Next();
        var unknown = new AttemptToken(42, 9);

        Assert.True(next.Table.Renew("b", new(unknown, [1, 2], [1])));
        Assert.Equal([unknown], next.Table.Leases.Select(lease => lease.Token));
        Assert.Equal([0, 3], next.Table.Claim("c", 4, 4, Unknown)!.Tasks);
        Assert.False(next.Table.Renew("a", new(outdated.Token, outdated.Tasks, [])));
        Assert.Empty(next.Faults.Faults);
    }

    [Fact]
    public void ALeaseThatWasRenewedYieldsToNobody()
    {
        var shard = Shard(4);
        var lease = shard.Table.Claim("a", 4, 4, Unknown)!;
        var next = shard.Next();
        next.Table.Renew("a", new(lease.Token, lease.Tasks, []));
        Assert.False(next.Table.Renew("b", new(new(42, 9), [1, 2], [1])));
        Assert.Equal([lease.Token], next.Table.Leases.Select(found => found.Token));
    }

    [Fact]
    public void SuspectsStayIsolatedWhenTheirRestoredLeaseYields()
    {
        var next = Suspected(4).Next();
        var outdated = Assert.Single(next.Table.Leases);
        Assert.Equal([0, 1], outdated.Tasks);

        Assert.True(next.Table.Renew("b", new(new(42, 99), [1], [1])));
        Assert.True(Assert.Single(next.Table.Leases).IsIsolated);
        Assert.Equal(1, next.Table.Lose(_ => true));
        Assert.Equal(new TaskFaults { Losses = 3, LossesAlone = 1 }, next.Faults.Faults[1]);
        Assert.Equal(new TaskFaults { Losses = 2 }, next.Faults.Faults[0]);
        while (next.Table.Claim("c", 4, 4, Unknown) is { } lease)
        {
            Assert.True(lease.IsIsolated);
        }

        Assert.Equal(4, next.Table.Leases.Sum(lease => lease.Tasks.Count));
    }

    [Fact]
    public void DoneTasksAreLeftOutOfARestoredLeaseAndOneOfNothingElseIsDropped()
    {
        var shard = Shard(6);
        shard.Table.Claim("a", 3, 3, Unknown);
        shard.Table.Claim("b", 3, 3, Unknown);
        var next = shard.Next(1, 3, 4, 5);
        Assert.Equal([0, 2], Assert.Single(next.Table.Leases).Tasks);
        Assert.Equal(0, next.Table.Available);
    }

    [Fact]
    public void ACopyOfALateLeaseIsRestoredBesideIt()
    {
        var shard = Shard(2);
        shard.Table.Claim("a", 2, 2, TimeSpan.FromSeconds(10));
        _clock.Advance(TimeSpan.FromSeconds(31));
        var copy = shard.Table.Claim("b", 2, 2, Unknown)!;
        var next = shard.Next();
        Assert.Equal(2, next.Table.Leases.Count);
        next.Table.Lose(lease => lease.Device == "a");
        Assert.Equal([copy.Token], next.Table.Leases.Select(lease => lease.Token));
        Assert.Equal(0, next.Table.FreeCount);
    }

    [Fact]
    public void SnapshotsThatContradictEachOtherOrTheTableDoNoHarm()
    {
        var shard = Shard(4);
        LeaseSnapshot Lease(long epoch, params int[] runs) => new() { Token = new(epoch, 1), Device = "a", Tasks = runs, Duration = TimeSpan.FromTicks(-1) };
        shard.Table.Restore([Lease(1, 0, 2), Lease(1, 2, 1), Lease(2, 1, 2), Lease(42, 3, 1)]);
        Assert.Equal([[0, 1], [2]], shard.Table.Leases.Select(lease => lease.Tasks));
        Assert.Equal(0, shard.Table.Expire());
        Assert.Equal([3], shard.Table.Claim("b", 4, 4, Unknown)!.Tasks);
    }

    [Fact]
    public void AShardThatIsLostTogetherWithTheDeviceCountsThatLossEveryTime()
    {
        var shard = Shard(4);
        var deaths = 0;
        for (; shard.Faults.Quarantined.Count == 0 && deaths < 20; deaths++)
        {
            while (shard.Table.Claim("a", 4, 4, Unknown) is { } lease)
            {
                if (lease.Tasks.Contains(1))
                {
                    // Now the device dies, and the shard with it; of a suspect it is persisted before that it is begun.
                    if (lease.IsIsolated)
                    {
                        shard.Table.Renew("a", new(lease.Token, lease.Tasks, lease.Tasks));
                    }

                    break;
                }

                foreach (var task in lease.Tasks)
                {
                    shard.Finish(task);
                }

                shard.Table.Report(new() { Token = lease.Token });
            }

            shard = shard.Next(shard.Ended);
            Assert.Equal(1, shard.Table.Lose(lease => lease.Device == "a"));
        }

        Assert.Equal([1], shard.Faults.Quarantined.Keys);
        // Twice with all others, once with its neighbour, three times alone.
        Assert.Equal(6, deaths);
    }

    [Fact]
    public void ASuspectWhoseDeviceRenewsAfterTheShardWasLostIsNotBlamed()
    {
        var shard = Suspected(1);
        var lease = Assert.Single(shard.Table.Leases);
        shard.Table.Renew("a", new(lease.Token, lease.Tasks, lease.Tasks));
        var next = shard.Next();
        Assert.True(next.Table.Renew("a", new(lease.Token, lease.Tasks, lease.Tasks)));

        Assert.Equal(new TaskFaults { Losses = 2 }, next.Faults.Faults[0]);
        Assert.Null(next.Table.Claim("b", 1, 1, Unknown));
        next.Table.Release(lease.Token);
        Assert.True(next.Table.Claim("b", 1, 1, Unknown)!.IsIsolated);
    }

    [Fact]
    public void TheSnapshotChangesWithLeasesAndFaultsAndWithWhatIsBegunOfSuspectsOnly()
    {
        var shard = Suspected(2);
        var isolated = Assert.Single(shard.Table.Leases);
        Assert.True(Changes(() => shard.Table.Renew("a", new(isolated.Token, isolated.Tasks, [0]))));
        Assert.False(Changes(() => shard.Table.Renew("a", new(isolated.Token, isolated.Tasks, [0]))));
        Assert.True(Changes(() => shard.Table.Lose(_ => true)));

        shard = Shard(2);
        LiveLease? lease = null;
        Assert.True(Changes(() => lease = shard.Table.Claim("a", 2, 2, Unknown)));
        Assert.False(Changes(() => shard.Table.Renew("a", new(lease!.Token, lease.Tasks, [0]))));
        Assert.False(Changes(() => shard.Table.Claim("b", 2, 2, Unknown)));
        Assert.True(Changes(() => shard.Table.Release(lease!.Token)));

        bool Changes(Action act)
        {
            var before = shard.Table.Version;
            act();
            return shard.Table.Version != before;
        }
    }

    private TestShard Shard(int count) => new(count, new() { Clock = _clock });

    /// <summary>A shard whose device was lost twice, so that all tasks are suspects; the first half of them is leased again.</summary>
    private TestShard Suspected(int count)
    {
        var shard = Shard(count);
        for (var loss = 0; loss < 2; loss++)
        {
            shard.Table.Claim("a", count, count, Unknown);
            shard.Table.Lose(_ => true);
        }

        shard.Table.Claim("a", count, count, Unknown);
        return shard;
    }
}
