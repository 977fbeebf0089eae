using AmViz.Cluster.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A table is lost, and the next one begins with what was kept.</summary>
public sealed class LeaseRestoringTests
{
    private static readonly TimeSpan Unknown = TimeSpan.Zero;

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void ARestoredLeaseThatIsRenewedGoesOnUnderItsToken()
    {
        var table = Table(6);
        var lease = table.Claim("a", 4, 4, TimeSpan.FromSeconds(100))!;
        table.Renew("a", new(lease.Token, lease.Tasks, [1, 2]));
        var next = NextLife(table, 6);

        var restored = Assert.Single(next.Leases);
        Assert.Equal((lease.Token, "a", lease.Duration, lease.ExpectedWork, true), (restored.Token, restored.Device, restored.Duration, restored.ExpectedWork, restored.IsRestored));
        Assert.Equal(lease.Tasks, restored.Tasks);
        Assert.Equal([1, 2], restored.Drawing);
        Assert.Equal([4, 5], next.Claim("b", 6, 6, Unknown)!.Tasks);
        Assert.True(next.Renew("a", new(lease.Token, lease.Tasks, [3])));
        Assert.False(restored.IsRestored);
        Assert.True(next.Report(new() { Token = lease.Token, Failures = [new(3, "bad")] }));
        Assert.Equal(new TaskTrouble { Failures = 1 }, Assert.Single(next.Troubles).Value);
    }

    [Fact]
    public void TheLossOfARestoredLeaseCountsOnceHoweverManyLivesFollow()
    {
        var table = Table(4);
        table.Claim("a", 4, 4, Unknown);
        var next = NextLife(table, 4);
        Assert.Equal(1, next.Lose(lease => lease.Device == "a"));
        Assert.Equal(0, next.Lose(lease => lease.Device == "a"));
        var last = NextLife(NextLife(next, 4), 4);

        Assert.Empty(last.Leases);
        Assert.Equal([0, 1, 2, 3], last.Troubles.Keys.Order());
        Assert.All(last.Troubles.Values, trouble => Assert.Equal(new TaskTrouble { Losses = 1 }, trouble));
    }

    [Fact]
    public void ARestoredLeaseThatStaysSilentIsLostWhenItsTimeIsOver()
    {
        var table = Table(2);
        table.Claim("a", 2, 2, Unknown);
        _clock.Advance(TimeSpan.FromSeconds(59));
        var next = NextLife(table, 2);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, next.Expire());
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, next.Expire());
        Assert.Equal(2, next.FreeCount);
    }

    [Fact]
    public void AKeptLeaseThatNeverReachedItsDeviceIsGivenBackWithoutBlame()
    {
        var table = Table(6);
        var received = table.Claim("a", 2, 2, Unknown)!;
        table.Claim("a", 2, 2, Unknown);
        table.Claim("b", 2, 2, Unknown);
        var next = NextLife(table, 6);
        var given = next.ReleaseRestored(lease => lease.Device == "a" && lease.Token != received.Token);

        Assert.Equal(1, given);
        Assert.Equal([2, 3], next.Claim("c", 6, 6, Unknown)!.Tasks);
        Assert.Empty(next.Troubles);
        // What was renewed, or given in this life, is known to be there.
        next.Renew("a", new(received.Token, received.Tasks, []));
        Assert.Equal(1, next.ReleaseRestored(_ => true));
        Assert.Equal(2, next.Leases.Count);
    }

    [Fact]
    public void ARestoredLeaseYieldsToWhoeverDrawsItsTasks()
    {
        var table = Table(4);
        var outdated = table.Claim("a", 4, 4, Unknown)!;
        var next = NextLife(table, 4);
        var unknown = new AttemptToken(42, 9);

        Assert.True(next.Renew("b", new(unknown, [1, 2], [1])));
        Assert.Equal([unknown], next.Leases.Select(lease => lease.Token));
        Assert.Equal([0, 3], next.Claim("c", 4, 4, Unknown)!.Tasks);
        Assert.False(next.Renew("a", new(outdated.Token, outdated.Tasks, [])));
        Assert.Empty(next.Troubles);
    }

    [Fact]
    public void ALeaseThatWasRenewedYieldsToNobody()
    {
        var table = Table(4);
        var lease = table.Claim("a", 4, 4, Unknown)!;
        var next = NextLife(table, 4);
        next.Renew("a", new(lease.Token, lease.Tasks, []));
        Assert.False(next.Renew("b", new(new(42, 9), [1, 2], [1])));
        Assert.Equal([lease.Token], next.Leases.Select(found => found.Token));
    }

    [Fact]
    public void SuspectsStayApartWhenTheirRestoredLeaseYields()
    {
        var next = NextLife(Suspected(4), 4);
        var outdated = Assert.Single(next.Leases);
        Assert.Equal([0, 1], outdated.Tasks);

        Assert.True(next.Renew("b", new(new(42, 99), [1], [1])));
        Assert.True(Assert.Single(next.Leases).IsApart);
        Assert.Equal(1, next.Lose(_ => true));
        Assert.Equal(new TaskTrouble { Losses = 3, LossesAlone = 1 }, next.Troubles[1]);
        Assert.Equal(new TaskTrouble { Losses = 2 }, next.Troubles[0]);
        while (next.Claim("c", 4, 4, Unknown) is { } lease)
        {
            Assert.True(lease.IsApart);
        }

        Assert.Equal(4, next.Leases.Sum(lease => lease.Tasks.Count));
    }

    [Fact]
    public void DoneTasksAreLeftOutOfARestoredLeaseAndOneOfNothingElseIsDropped()
    {
        var table = Table(6);
        table.Claim("a", 3, 3, Unknown);
        table.Claim("b", 3, 3, Unknown);
        var next = NextLife(table, 6, done: [1, 3, 4, 5]);
        Assert.Equal([0, 2], Assert.Single(next.Leases).Tasks);
        Assert.Equal(0, next.Available);
    }

    [Fact]
    public void ACopyOfALateLeaseIsRestoredBesideIt()
    {
        var table = Table(2);
        table.Claim("a", 2, 2, TimeSpan.FromSeconds(10));
        _clock.Advance(TimeSpan.FromSeconds(31));
        var copy = table.Claim("b", 2, 2, Unknown)!;
        var next = NextLife(table, 2);
        Assert.Equal(2, next.Leases.Count);
        next.Lose(lease => lease.Device == "a");
        Assert.Equal([copy.Token], next.Leases.Select(lease => lease.Token));
        Assert.Equal(0, next.FreeCount);
    }

    [Fact]
    public void KeptLeasesThatContradictEachOtherOrTheTableDoNoHarm()
    {
        var table = Table(4);
        KeptLease Lease(long epoch, params int[] runs) => new() { Token = new(epoch, 1), Device = "a", Tasks = runs, Duration = TimeSpan.FromTicks(-1) };
        table.Restore([Lease(1, 0, 2), Lease(1, 2, 1), Lease(2, 1, 2), Lease(42, 3, 1)]);
        Assert.Equal([[0, 1], [2]], table.Leases.Select(lease => lease.Tasks));
        Assert.Equal(0, table.Expire());
        Assert.Equal([3], table.Claim("b", 4, 4, Unknown)!.Tasks);
    }

    [Fact]
    public void ATableThatIsLostTogetherWithTheDeviceCountsThatLossEveryTime()
    {
        var table = Table(4);
        var deaths = 0;
        for (; table.Condemned.Count == 0 && deaths < 20; deaths++)
        {
            while (table.Claim("a", 4, 4, Unknown) is { } lease)
            {
                if (lease.Tasks.Contains(1))
                {
                    // Now the device dies, and the table with it; of a suspect it is kept before that it is begun.
                    if (lease.IsApart)
                    {
                        table.Renew("a", new(lease.Token, lease.Tasks, lease.Tasks));
                    }

                    break;
                }

                foreach (var task in lease.Tasks)
                {
                    table.Finish(task);
                }

                table.Report(new() { Token = lease.Token });
            }

            table = NextLife(table, 4, [.. Enumerable.Range(0, 4).Where(table.IsDone)]);
            Assert.Equal(1, table.Lose(lease => lease.Device == "a"));
        }

        Assert.Equal([1], table.Condemned.Keys);
        // Twice with all others, once with its neighbour, three times alone.
        Assert.Equal(6, deaths);
    }

    [Fact]
    public void ASuspectWhoseDeviceRenewsAfterTheTableWasLostIsNotBlamed()
    {
        var table = Suspected(1);
        var lease = Assert.Single(table.Leases);
        table.Renew("a", new(lease.Token, lease.Tasks, lease.Tasks));
        var next = NextLife(table, 1);
        Assert.True(next.Renew("a", new(lease.Token, lease.Tasks, lease.Tasks)));

        Assert.Equal(new TaskTrouble { Losses = 2 }, next.Troubles[0]);
        Assert.Null(next.Claim("b", 1, 1, Unknown));
        next.Release(lease.Token);
        Assert.True(next.Claim("b", 1, 1, Unknown)!.IsApart);
    }

    [Fact]
    public void WhatIsKeptChangesWithLeasesAndTroublesAndWithWhatIsBegunOfSuspectsOnly()
    {
        var table = Suspected(2);
        var apart = Assert.Single(table.Leases);
        Assert.True(Changes(() => table.Renew("a", new(apart.Token, apart.Tasks, [0]))));
        Assert.False(Changes(() => table.Renew("a", new(apart.Token, apart.Tasks, [0]))));
        Assert.True(Changes(() => table.Lose(_ => true)));

        table = Table(2);
        LiveLease? lease = null;
        Assert.True(Changes(() => lease = table.Claim("a", 2, 2, Unknown)));
        Assert.False(Changes(() => table.Renew("a", new(lease!.Token, lease.Tasks, [0]))));
        Assert.False(Changes(() => table.Claim("b", 2, 2, Unknown)));
        Assert.True(Changes(() => table.Release(lease!.Token)));

        bool Changes(Action act)
        {
            var before = table.Version;
            act();
            return table.Version != before;
        }
    }

    private LeaseTable Table(int count) => new(count, epoch: 42, new() { Clock = _clock });

    /// <summary>A table whose device was lost twice, so that all tasks are suspects; the first half of them is out again.</summary>
    private LeaseTable Suspected(int count)
    {
        var table = Table(count);
        for (var loss = 0; loss < 2; loss++)
        {
            table.Claim("a", count, count, Unknown);
            table.Lose(_ => true);
        }

        table.Claim("a", count, count, Unknown);
        return table;
    }

    private LeaseTable NextLife(LeaseTable table, int count, params int[] done)
    {
        var next = new LeaseTable(count, table.Epoch + 1, new() { Clock = _clock }) { Troubles = table.Troubles };
        Array.ForEach(done, task => next.Finish(task));
        next.Restore(table.KeptLeases);
        return next;
    }
}
