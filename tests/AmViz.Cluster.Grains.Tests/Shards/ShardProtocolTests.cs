using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A cluster without devices: the tests are the devices.</summary>
public sealed class ProtocolFixture : IAsyncLifetime
{
    public MemoryBlobStore Store { get; } = new();

    /// <summary>Measures leases.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    internal TestSilos Silos { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silos = await TestSilos.StartAsync(Store, silo => silo.Services
        .Configure<LeaseOptions>(leases => leases.Clock = Clock)
        .Configure<SweepOptions>(sweeps => sweeps.Clock = Clock), [[]]);

    public async ValueTask DisposeAsync() => await Silos.DisposeAsync();
}

public sealed class ShardProtocolTests(ProtocolFixture fixture) : IClassFixture<ProtocolFixture>, IAsyncLifetime
{
    private static int _plans;

    // A sweep of its own for every test: the number of steps makes it another one.
    private readonly SweepPlan _plan = SampleSweeps.Plan(
        [new("conv_1", 8, IsLogits: false)], recipe: Recipes.Paper with { Steps = 100 + Interlocked.Increment(ref _plans) });

    private long _number;

    private TestSilos Silos => fixture.Silos;

    private ISweepGrain Sweep => Silos.Sweep(_plan);

    private Shard Shard => _plan.Shards().Single();

    private ILayerShardGrain Grain => Silos.Shard(Shard);

    public async ValueTask InitializeAsync() => await Sweep.Submit(_plan, new());

    public ValueTask DisposeAsync()
    {
        fixture.Store.Outage = null;
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TheSameRequestTwiceGetsTheSameLease()
    {
        var request = Request("a", want: 3);
        var first = await Grain.Exchange(request);
        var second = await Grain.Exchange(request);
        Assert.Equal(first.Leases![0].Token, second.Leases![0].Token);
        Assert.Single((await Grain.Inspect()).Leases);
        Assert.NotEqual(first.Leases[0].Token, (await Grain.Exchange(Request("a", want: 3))).Leases![0].Token);
    }

    [Fact]
    public async Task ADeviceThatHoldsNothingGetsAllItsLeasesAtOnceWhileThereAreFullOnes()
    {
        var all = (await Grain.Exchange(Request("a", want: 3) with { Leases = 8 })).Leases!;

        Assert.Equal(2, all.Count);
        Assert.All(all, lease => Assert.Equal(3, lease.Tasks.Count));
        Assert.Equal(all.SelectMany(lease => lease.Tasks).Distinct().Count(), 3 * all.Count);
        Assert.Single((await Grain.Exchange(Request("b", want: 3) with { Leases = 2 })).Leases!);
    }

    [Fact]
    public async Task RowsAreInTheStoreBeforeTheyCount()
    {
        var lease = await Claim("a", 8);
        await Grain.Exchange(Request("a", reports: Rows(lease, lease.Tasks)));
        Assert.Equal(8, (await Grain.Inspect()).Summary.Counts.Rendered);
        var rows = await Parts();
        Assert.Equal(Shard.Tasks(), rows.Select(row => row.Run.Task));
        Assert.All(rows, row => Assert.Equal((1, lease.Token.ToString()), (row.Run.Attempt, row.Run.Lease)));
        Assert.Equal(SweepState.Finished, (await Silos.EndAsync(_plan)).State);
        Assert.Equal(ExchangeVerdict.Finished, (await Grain.Exchange(Request("a", want: 1))).Verdict);
    }

    [Fact]
    public async Task AnExchangeThatCouldNotBeWrittenDownIsAnsweredWhenItIsRepeated()
    {
        var lease = await Claim("a", 4);
        var request = Request("a", want: 4, reports: Rows(lease, lease.Tasks));
        fixture.Store.Outage = new StoreUnreachableException("memory:test", "the cable is out");
        await Assert.ThrowsAnyAsync<Exception>(() => Grain.Exchange(request));
        Assert.Equal(0, (await Grain.Inspect()).Summary.Counts.Rendered);
        fixture.Store.Outage = null;
        Assert.Equal(ExchangeVerdict.Leased, (await Grain.Exchange(request)).Verdict);
        Assert.Equal(4, (await Parts()).Count);
    }

    [Fact]
    public async Task WhatASilentDeviceHeldGoesToAnotherAndItsLateResultIsWelcome()
    {
        var silent = await Claim("a", 8);
        Assert.Equal(ExchangeVerdict.NothingNow, (await Grain.Exchange(Request("b", want: 8))).Verdict);
        fixture.Clock.Advance(TimeSpan.FromSeconds(61));
        var given = await Claim("b", 8);
        Assert.Equal(silent.Tasks, given.Tasks);
        await Grain.Exchange(Request("a", reports: Rows(silent, [0, 1, 2])));
        await Grain.Exchange(Request("b", reports: Rows(given, given.Tasks)));
        Assert.Equal(8, (await Parts()).Count);
        Assert.Equal(new TaskCounts { Planned = 8, Rendered = 8 }, (await Silos.EndAsync(_plan)).Counts);
    }

    [Fact]
    public async Task ANewActivationTakesOverTheLeasesThatAreRenewed()
    {
        var lease = await Claim("a", 4);
        var epoch = (await Grain.Inspect()).Epoch;
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Silos.Cluster.DeactivateAsync(Grain);
        Assert.Equal([LeaseDirective.Continue], await Grain.Renew(new("a", [new(lease.Token, lease.Tasks, [])])));
        Assert.True((await Grain.Inspect()).Epoch > epoch);
        Assert.Empty((await Claim("b", 8)).Tasks.Intersect(lease.Tasks));
        await Grain.Exchange(Request("a", reports: Rows(lease, lease.Tasks)));
        Assert.Equal(4, (await Grain.Inspect()).Summary.Counts.Rendered);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PicturesOfALeaseThatEndsWithoutAReportAreFoundAndNotDrawnAgain(bool isGivenBack)
    {
        var lease = await Claim("a", 8);
        var stored = lease.Tasks.Take(5).Select(Row).ToArray();
        if (isGivenBack)
        {
            await Grain.Release("a", [lease.Token]);
        }
        else
        {
            fixture.Clock.Advance(lease.Duration + TimeSpan.FromSeconds(1));
        }

        var next = await Claim("b", 8);
        Assert.Equal(lease.Tasks.Skip(5), next.Tasks);
        Assert.Equal(stored.Select(row => row.Entry), (await Parts()).Select(row => row.Entry).OrderBy(entry => entry.Channel));
        await Grain.Exchange(Request("b", reports: Rows(next, next.Tasks)));
        Assert.Equal(SweepState.Finished, (await Silos.EndAsync(_plan)).State);
    }

    [Fact]
    public async Task PicturesWithoutRowsAreFoundWhenAShardComesToLife()
    {
        var results = new ResultStore(fixture.Store, FakePictures.ReadRecord);
        foreach (var task in Shard.Tasks().Take(3))
        {
            await results.CommitAsync(SampleSweeps.Rendered(task, Shard.Recipe), TestContext.Current.CancellationToken);
        }

        await Silos.Cluster.DeactivateAsync(Grain);
        Assert.Equal([3, 4, 5, 6, 7], (await Claim("a", 8)).Tasks);
        Assert.Equal(new TaskCounts { Planned = 8, Skipped = 3 }, (await Grain.Inspect()).Summary.Counts);
        Assert.Equal(3, (await Parts()).Count);
    }

    [Fact]
    public async Task APictureThatIsGoneIsDrawnAgain()
    {
        var lease = await Claim("a", 8);
        var report = Rows(lease, lease.Tasks);
        await Grain.Exchange(Request("a", reports: report));
        await Silos.EndAsync(_plan);
        await fixture.Store.DeleteAsync(new(report.Rows[5].Entry.Picture!), TestContext.Current.CancellationToken);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Sweep.Submit(_plan, new());
        Assert.Equal([5], (await Claim("a", 8)).Tasks);
    }

    [Fact]
    public async Task AChannelIsGivenUpAfterThreeFailuresAndTriedAgainInANewRunOnly()
    {
        for (var i = 0; i < 3; i++)
        {
            var lease = await Claim("a", 8);
            var good = lease.Tasks.Where(task => task != 6);
            await Grain.Exchange(Request("a", reports: Rows(lease, good) with { Failures = [.. lease.Tasks.Except(good).Select(task => new TaskFailure(task, "no luck"))] }));
        }

        var status = await Silos.EndAsync(_plan);
        Assert.Equal(new TaskCounts { Planned = 8, Rendered = 7, Failed = 1 }, status.Counts);
        Assert.Contains("no luck", status.LastError, StringComparison.Ordinal);
        await Silos.Cluster.DeactivateAsync(Grain);
        Assert.Equal(1, (await Grain.Inspect()).Summary.Counts.Failed);

        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Sweep.Submit(_plan, new());
        Assert.Equal([6], (await Claim("a", 8)).Tasks);
        Assert.Equal(new TaskCounts { Planned = 8, Skipped = 7 }, (await Grain.Inspect()).Summary.Counts);
    }

    [Fact]
    public async Task APausedSweepTakesItsLeasesBackAndAResumedOneGoesOn()
    {
        var lease = await Claim("a", 4);
        Assert.Equal(SweepState.Paused, (await Sweep.Pause()).State);
        Assert.Equal([LeaseDirective.Cancel], await Grain.Renew(new("a", [new(lease.Token, lease.Tasks, [])])));
        // What was done until then still counts.
        var reply = await Grain.Exchange(Request("a", want: 4, reports: Rows(lease, [0])));
        Assert.Equal(ExchangeVerdict.Closed, reply.Verdict);
        Assert.Null(await Sweep.NextShard(new("a", [])));

        // A coordinator that dies meanwhile does not set it going.
        await Silos.Cluster.DeactivateAsync(Sweep);
        await Silos.Cluster.DeactivateAsync(Grain);
        Assert.Equal(SweepState.Paused, (await Sweep.Status())!.State);
        Assert.Equal(ExchangeVerdict.Closed, (await Grain.Exchange(Request("a", want: 4))).Verdict);

        await Sweep.Resume();
        await Eventually.TrueAsync(async () => await Sweep.NextShard(new("a", [])) is not null, () => "a shard with work");
        Assert.Equal(7, (await Claim("a", 8)).Tasks.Count);
    }

    [Fact]
    public async Task ARunningSweepGoesOnAfterItsCoordinatorDied()
    {
        await Silos.Cluster.DeactivateAsync(Sweep);
        await Silos.Cluster.DeactivateAsync(Grain);
        var lease = await Claim("a", 8);
        await Grain.Exchange(Request("a", reports: Rows(lease, lease.Tasks)));
        Assert.Equal(new TaskCounts { Planned = 8, Rendered = 8 }, (await Silos.EndAsync(_plan)).Counts);
        await Silos.Cluster.DeactivateAsync(Sweep);
        var status = await Sweep.Status();
        Assert.Equal((SweepState.Finished, 8), (status!.State, status.Counts.Rendered));
    }

    [Fact]
    public async Task ASweepOverItsFailureBudgetFailsAndSaysWhy()
    {
        await Sweep.Cancel();
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Sweep.Submit(_plan with { FailureBudget = 1 }, new());
        for (var i = 0; i < 3; i++)
        {
            while ((await Grain.Exchange(Request("a", want: 8))).Leases is [var lease])
            {
                await Grain.Exchange(Request("a", reports: new LeaseReport { Token = lease.Token, Failures = [.. lease.Tasks.Select(task => new TaskFailure(task, "all is broken"))] }));
            }
        }

        var status = await Silos.EndAsync(_plan);
        Assert.Equal(SweepState.Failed, status.State);
        Assert.Contains("the budget of this sweep is 1", status.LastError, StringComparison.Ordinal);
        Assert.Contains("all is broken", status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APartThatCannotBeReadEndsTheSweepWithItsMessage()
    {
        await Sweep.Cancel();
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Silos.Cluster.DeactivateAsync(Grain);
        fixture.Store.Plant(ResultLayout.Part(Shard.Id, 1, 1, "torn"), "{"u8.ToArray());
        await Sweep.Submit(_plan, new());
        var status = await Silos.EndAsync(_plan);
        Assert.Equal(SweepState.Failed, status.State);
        Assert.Contains("torn", status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmittingTwiceIsOneSweep()
    {
        var lease = await Claim("a", 4);
        Assert.Equal(SweepState.Running, (await Sweep.Submit(_plan, new())).State);
        Assert.Equal(lease.Token, Assert.Single((await Grain.Inspect()).Leases).Token);
        var other = SampleSweeps.Plan([new("conv_1", 9, IsLogits: false)]);
        await Assert.ThrowsAsync<ArgumentException>(() => Sweep.Submit(other, new()));
    }

    [Fact]
    public async Task OpeningCostsOneListingAndAnExchangeNone()
    {
        await Claim("a", 1);
        var (listings, reads) = (fixture.Store.Listings, fixture.Store.Reads);
        for (var i = 0; i < 5; i++)
        {
            var lease = await Claim("a", 1);
            await Grain.Exchange(Request("a", reports: Rows(lease, lease.Tasks)));
        }

        Assert.Equal((listings, reads), (fixture.Store.Listings, fixture.Store.Reads));
    }

    private async Task<Lease> Claim(string device, int want)
    {
        var reply = await Grain.Exchange(Request(device, want));
        Assert.Equal(ExchangeVerdict.Leased, reply.Verdict);
        return Assert.Single(reply.Leases!);
    }

    private ExchangeRequest Request(string device, int want = 0, params LeaseReport[] reports)
        => new() { Device = device, Number = ++_number, Want = want, BatchSize = 4, Reports = reports };

    private LeaseReport Rows(Lease lease, IEnumerable<int> tasks) => new()
    {
        Token = lease.Token,
        Rows = [.. tasks.Select(Row)],
    };

    private PartRow Row(int task)
    {
        var channel = Shard.TaskAt(task);
        var rendered = SampleSweeps.Rendered(channel, Shard.Recipe);
        var path = ResultLayout.Picture(channel, Shard.Recipe.Hash);
        fixture.Store.Plant(path, rendered.Picture);
        return new(ManifestRows.Rendered(rendered.Record, path, rendered.Picture.Span), SampleSweeps.Run(channel, ChannelOutcome.Rendered) with { CommittedAt = fixture.Clock.GetUtcNow() });
    }

    private async Task<List<PartRow>> Parts()
    {
        var rows = new List<PartRow>();
        await foreach (var row in new ManifestParts(fixture.Store).ReadAsync(Shard.Id, TestContext.Current.CancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }
}
