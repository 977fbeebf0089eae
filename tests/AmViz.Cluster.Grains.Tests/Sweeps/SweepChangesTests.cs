using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A cluster without devices over a store that tests hold up.</summary>
public sealed class ChangesFixture : IAsyncLifetime
{
    /// <summary>Dates runs and measures leases.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    internal InterceptedStore Store { get; } = new(new());

    internal TestSilos Silos { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silos = await TestSilos.StartAsync(Store, silo => silo.Services
        .Configure<LeaseOptions>(leases => leases.Clock = Clock)
        .Configure<SweepOptions>(sweeps => sweeps.Clock = Clock), [[]]);

    public async ValueTask DisposeAsync() => await Silos.DisposeAsync();
}

/// <summary>What people, or somebody beside the cluster, change while a sweep is under way.</summary>
public sealed class SweepChangesTests(ChangesFixture fixture) : IClassFixture<ChangesFixture>, IAsyncLifetime
{
    private static int _plans;

    // A sweep of its own for every test: the number of steps makes it another one.
    private readonly SweepPlan _plan = SampleSweeps.Plan(
        [new("conv_1", 8, IsLogits: false)], recipe: Recipes.Paper with { Steps = 100 + Interlocked.Increment(ref _plans) });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private TestSilos Silos => fixture.Silos;

    private InterceptedStore Store => fixture.Store;

    private ISweepGrain Sweep => Silos.Sweep(_plan);

    private Shard Shard => _plan.Shards().Single();

    private ILayerShardGrain Grain => Silos.Shard(Shard);

    private ProtocolDevice Device => field ??= new(Silos, Shard, Store.Inner, fixture.Clock);

    private string Pictures => ResultLayout.Pictures(Shard.Id.Model, Shard.WeightsDigest, Shard.Id.Layer, Shard.Recipe.Hash);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        (Store.Before, Store.After) = ((_, _) => Task.CompletedTask, (_, _) => Task.CompletedTask);
        if (await Sweep.Status() is { } status && !status.State.HasEnded())
        {
            await Sweep.Cancel();
        }
    }

    [Fact]
    public async Task WhatWasRepairedWhileASweepWasPausedIsDrawnWhenItGoesOn()
    {
        await Sweep.Submit(_plan, new());
        var lease = await Claim(6);
        await Device.Exchange(0, Device.Draw(lease, lease.Tasks));
        await Sweep.Pause();
        Store.Inner.Plant(Picture(2), "torn"u8.ToArray());
        var repair = await Repairer().RepairAsync(_plan.Id, Cancelled);
        Assert.Equal((1, 1), (repair.Repairs[0].RowsDropped, repair.Repairs[0].PicturesRemoved));

        await Sweep.Resume();
        lease = await Claim(8);
        Assert.Equal([2, 6, 7], lease.Tasks);
        // What was drawn in this run still counts as such.
        Assert.Equal(new TaskCounts { Planned = 8, Rendered = 5 }, (await Grain.Inspect()).Summary.Counts);
        await Device.Exchange(0, Device.Draw(lease, lease.Tasks));
        Assert.Equal(new TaskCounts { Planned = 8, Rendered = 8 }, (await Silos.EndAsync(_plan)).Counts);
        await AssertVerified();
    }

    [Fact]
    public async Task WhatTheNextShardWouldRememberIsReadAgainToo()
    {
        await Sweep.Submit(_plan, new());
        var lease = await Claim(8);
        await Device.Exchange(0, Device.Dead(lease, 3), Device.Draw(lease, 0, 1, 2));
        await Sweep.Pause();
        // A part that cannot be read goes, and with it the row that knew of a dead channel.
        await foreach (var item in Store.Inner.ListAsync(ResultLayout.Parts(Shard.Id), Cancelled))
        {
            await Store.Inner.DeleteAsync(item.Path, Cancelled);
        }

        await Sweep.Resume();
        Assert.Equal([3, 4, 5, 6, 7], (await Claim(8)).Tasks);
    }

    [Fact]
    public async Task APictureThatIsRemovedIsDrawnByARunThatIsSubmittedInTheSameInstant()
    {
        await Sweep.Submit(_plan, new());
        await DrawAll();
        await Silos.EndAsync(_plan);
        await Store.Inner.DeleteAsync(Picture(5), Cancelled);
        await Sweep.Submit(_plan, new());
        Assert.Equal([5], (await Claim(8)).Tasks);
    }

    [Fact]
    public async Task TroublesOfARunOutlastAPause()
    {
        await Sweep.Submit(_plan, new());
        for (var failures = 0; failures < 2; failures++)
        {
            var lease = await ClaimOf(6);
            await Device.Exchange(0, ProtocolDevice.Fail(lease, "no luck", 6), Device.Draw(lease, lease.Tasks.Where(task => task != 6)));
        }

        await Sweep.Pause();
        await Sweep.Resume();
        await Device.Exchange(0, ProtocolDevice.Fail(await ClaimOf(6), "no luck", 6));
        Assert.Equal(new TaskCounts { Planned = 8, Rendered = 7, Failed = 1 }, (await Silos.EndAsync(_plan)).Counts);
    }

    [Fact]
    public async Task ANewRunIsHeardByAShardThatIsStillOpening()
    {
        await Sweep.Submit(_plan, new());
        await DrawAll();
        await Silos.EndAsync(_plan);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        var listed = new Hold((operation, path) => operation == "list" && path == Pictures);
        Store.After = listed.OnCall;
        await Sweep.Submit(_plan, new());
        await Eventually.EndAsync(listed.Reached, "the shard to list its pictures");

        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.Inner.DeleteAsync(Picture(3), Cancelled);
        await Sweep.Submit(_plan, new() { Anew = true });
        listed.Release();
        Assert.Equal([3], (await Claim(8)).Tasks);
        Assert.Equal(fixture.Clock.GetUtcNow(), (await Grain.Inspect()).Summary.Admission.RunStartedAt);
    }

    [Fact]
    public async Task ARowThatIsOnItsWayWhenARunBeginsAnewIsNotLost()
    {
        await Sweep.Submit(_plan, new());
        var lease = await Claim(8);
        var written = new Hold((operation, path) => operation == "create" && path.StartsWith(ResultLayout.Parts(Shard.Id), StringComparison.Ordinal));
        Store.Before = written.OnCall;
        var reported = Device.Exchange(0, Device.Dead(lease, 3));
        await Eventually.EndAsync(written.Reached, "the row to be written");
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Sweep.Submit(_plan, new() { Anew = true });
        written.Release();
        await reported;
        await Eventually.TrueAsync(async () => (await Sweep.Status())!.Counts.Dead == 1, () => "the new run to know of the dead channel");
        Assert.DoesNotContain(3, (await Claim(8)).Tasks);
    }

    [Fact]
    public async Task ANewRunThatIsAskedForWhileTheManifestIsWrittenIsBegun()
    {
        var folded = new Hold((operation, path) => operation == "replace" && path == ResultLayout.Manifest(_plan.Id).Value);
        Store.Before = folded.OnCall;
        await Sweep.Submit(_plan, new());
        await DrawAll();
        await Eventually.EndAsync(folded.Reached, "the manifest to be written");
        Assert.Equal(SweepState.Folding, (await Sweep.Status())!.State);

        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.Inner.DeleteAsync(Picture(4), Cancelled);
        Assert.Equal(SweepState.Running, (await Sweep.Submit(_plan, new() { Anew = true })).State);
        folded.Release();
        var lease = await Claim(8);
        Assert.Equal([4], lease.Tasks);
        await Device.Exchange(0, Device.Draw(lease, lease.Tasks));
        Assert.Equal(new TaskCounts { Planned = 8, Rendered = 1, Skipped = 7 }, (await Silos.EndAsync(_plan)).Counts);
        await AssertVerified();
    }

    [Theory]
    [InlineData(SweepState.Cancelled)]
    [InlineData(SweepState.Paused)]
    public async Task TheLastReportDoesNotOvertakeAPersonWhoStopsTheSweep(SweepState stop)
    {
        await Sweep.Submit(_plan, new());
        var lease = await Claim(8);
        var written = new Hold((operation, path) => operation == "create" && path.StartsWith(ResultLayout.Journal(_plan.Id), StringComparison.Ordinal));
        Store.Before = written.OnCall;
        var stopped = stop == SweepState.Cancelled ? Sweep.Cancel() : Sweep.Pause();
        await Eventually.EndAsync(written.Reached, "the change to be written");
        await Device.Exchange(0, Device.Draw(lease, lease.Tasks));
        await Eventually.TrueAsync(async () => (await Sweep.Status())!.Counts.Open == 0, () => "the last report to come in");
        Assert.Equal(SweepState.Running, (await Sweep.Status())!.State);

        written.Release();
        Assert.Equal(stop, (await stopped).State);
        Assert.Equal(stop, (await Journal().ReadLastAsync(_plan.Id, Cancelled))!.State);
        Assert.Null(await Store.Inner.ReadAsync(ResultLayout.ManifestHeader(_plan.Id), Cancelled));
        // Nothing is lost: going on leads to the end.
        await (stop == SweepState.Cancelled ? Sweep.Submit(_plan, new()) : Sweep.Resume());
        Assert.Equal(SweepState.Finished, (await Silos.EndAsync(_plan)).State);
        await AssertVerified();
    }

    [Fact]
    public async Task AStopThatCouldNotBeWrittenDownStopsNothing()
    {
        await Sweep.Submit(_plan, new());
        var lease = await Claim(8);
        Store.Before = (operation, path) => operation == "create" && path.StartsWith(ResultLayout.Journal(_plan.Id), StringComparison.Ordinal)
            ? Task.FromException(new StoreUnreachableException(Store.Name, "the cable is out"))
            : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<Exception>(() => Sweep.Cancel());
        await Assert.ThrowsAnyAsync<Exception>(() => Sweep.Pause());
        Store.Before = (_, _) => Task.CompletedTask;
        Assert.Equal(SweepState.Running, (await Sweep.Status())!.State);
        await Device.Exchange(0, Device.Draw(lease, lease.Tasks));
        Assert.Equal(SweepState.Finished, (await Silos.EndAsync(_plan)).State);
    }

    [Fact]
    public async Task AShardThatIsStillOpeningHearsOfAPause()
    {
        var listed = new Hold((operation, path) => operation == "list" && path == Pictures);
        Store.After = listed.OnCall;
        await Sweep.Submit(_plan, new());
        await Eventually.EndAsync(listed.Reached, "the shard to list its pictures");
        Assert.Equal(SweepState.Paused, (await Sweep.Pause()).State);
        listed.Release();
        await Eventually.TrueAsync(
            async () => (await Grain.Inspect()).Summary.Admission.State == SweepState.Paused, () => "the shard to hear that the sweep is paused");
        Assert.Equal(ExchangeVerdict.Closed, (await Device.Exchange(8)).Verdict);
    }

    [Fact]
    public async Task AFailureBudgetThatWasChangedOutlivesTheCoordinator()
    {
        await Sweep.Submit(_plan, new());
        await Sweep.Submit(_plan with { FailureBudget = 1 }, new());
        await Silos.Cluster.DeactivateAsync(Sweep);
        await FailAll();
        var status = await Silos.EndAsync(_plan);
        Assert.Equal(SweepState.Failed, status.State);
        Assert.Contains("the budget of this sweep is 1", status.LastError, StringComparison.Ordinal);

        // Raised again, for the next run.
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Sweep.Submit(_plan with { FailureBudget = 8 }, new());
        await Silos.Cluster.DeactivateAsync(Sweep);
        await FailAll();
        Assert.Equal(SweepState.Finished, (await Silos.EndAsync(_plan)).State);
    }

    [Fact]
    public async Task ABudgetThatWasTakenAwayStaysAway()
    {
        var strict = _plan with { FailureBudget = 0 };
        await Sweep.Submit(strict, new());
        await Sweep.Submit(_plan, new());
        await Silos.Cluster.DeactivateAsync(Sweep);
        await FailAll();
        Assert.Equal(SweepState.Finished, (await Silos.EndAsync(_plan)).State);
    }

    [Theory]
    [InlineData(SweepState.Running)]
    [InlineData(SweepState.Paused)]
    [InlineData(SweepState.Folding)]
    public async Task EverythingThatASubmissionChangesOutlivesTheCoordinator(SweepState state)
    {
        var folded = new Hold((operation, path) => operation == "replace" && path == ResultLayout.Manifest(_plan.Id).Value);
        Store.Before = folded.OnCall;
        await Sweep.Submit(_plan, new());
        await (state switch
        {
            SweepState.Paused => Sweep.Pause(),
            SweepState.Folding => DrawAll(),
            _ => Task.CompletedTask,
        });
        await (state == SweepState.Folding ? Eventually.EndAsync(folded.Reached, "the manifest to be written") : Task.CompletedTask);
        await Sweep.Submit(_plan with { FailureBudget = 3 }, new() { Rank = new(7, 5), Pool = "a100" });
        var entry = (await Journal().ReadLastAsync(_plan.Id, Cancelled))!;
        Assert.Equal(new SweepRank(7, 5), entry.Rank);
        Assert.Equal("a100", entry.Pool);
        await (state == SweepState.Folding ? Task.CompletedTask : Silos.Cluster.DeactivateAsync(Sweep));
        folded.Release();
        var status = (await Sweep.Status())!;
        Assert.Equal((new SweepRank(7, 5), "a100"), (status.Rank, status.Pool));
    }

    private async Task DrawAll()
    {
        var lease = await Claim(8);
        await Device.Exchange(0, Device.Draw(lease, lease.Tasks));
    }

    private async Task FailAll()
    {
        await HeardAsync();
        while ((await Device.Exchange(8)).Leases is [var lease])
        {
            await Device.Exchange(0, ProtocolDevice.Fail(lease, "all is broken", lease.Tasks));
        }
    }

    /// <summary>A lease of a shard that has heard what its sweep says; until then it goes by what it heard before.</summary>
    private async Task<Lease> Claim(int want)
    {
        await HeardAsync();
        return await Device.Claim(want);
    }

    private Task HeardAsync() => Eventually.TrueAsync(
        async () => (await Grain.Inspect()).Summary.Admission == await Sweep.Admit(), () => "the shard to hear what its sweep says");

    /// <summary>A lease that holds the task, whatever else it holds.</summary>
    private async Task<Lease> ClaimOf(int task)
    {
        var lease = await Claim(8);
        Assert.Contains(task, lease.Tasks);
        return lease;
    }

    private BlobPath Picture(int task) => ResultLayout.Picture(Shard.TaskAt(task), Shard.Recipe.Hash);

    private SweepJournal Journal() => new(Store.Inner);

    private ManifestRepairer Repairer() => new(Store.Inner, FakePictures.ReadRecord, fixture.Clock);

    private async Task AssertVerified()
        => Assert.Empty(Assert.Single((await new ManifestVerifier(Store.Inner, FakePictures.ReadRecord).VerifyAsync(_plan.Id, progress: null, Cancelled)).Sweeps).Findings);
}
