using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A cluster without devices in which one failure is enough.</summary>
public sealed class RetryFixture : IAsyncLifetime
{
    /// <summary>Dates runs and measures leases.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    internal InterceptedStore Store { get; } = new(new());

    internal TestSilos Silos { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silos = await TestSilos.StartAsync(Store, silo => silo.Services
        .Configure<LeaseOptions>(leases => (leases.Clock, leases.MaxFailures) = (Clock, 1))
        .Configure<SweepOptions>(sweeps => sweeps.Clock = Clock), [[]]);

    public async ValueTask DisposeAsync() => await Silos.DisposeAsync();
}

/// <summary>Tasks that ended without a picture are tried again.</summary>
public sealed class RetryTests(RetryFixture fixture) : IClassFixture<RetryFixture>, IAsyncLifetime
{
    private static int _plans;

    // A sweep of its own for every test: the number of steps makes it another one.
    private readonly SweepPlan _plan = SampleSweeps.Plan(
        [new("conv_1", 1010, IsLogits: false)], recipe: Recipes.Paper with { Steps = 100 + Interlocked.Increment(ref _plans) });

    private TestSilos Silos => fixture.Silos;

    private ISweepGrain Sweep => Silos.Sweep(_plan);

    private Shard Shard => _plan.Shards().Single();

    private ILayerShardGrain Grain => Silos.Shard(Shard);

    private ProtocolDevice Device => field ??= new(Silos, Shard, fixture.Store.Inner, fixture.Clock);

    public async ValueTask InitializeAsync() => await Sweep.Submit(_plan, new());

    public async ValueTask DisposeAsync()
    {
        (fixture.Store.Before, fixture.Store.After) = ((_, _) => Task.CompletedTask, (_, _) => Task.CompletedTask);
        await Sweep.Cancel();
    }

    [Fact]
    public async Task AThousandFailedTasksOfARunningSweepAreRetriedByOneCall()
    {
        var lease = await Device.Claim(1010);
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "out of memory", Enumerable.Range(0, 1000)));
        Assert.Equal(1000, (await Grain.Inspect()).Summary.Counts.Failed);
        var startedAt = (await Sweep.Status())!.StartedAt;
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        var retry = await Sweep.Retry(new(), Guid.NewGuid());
        Assert.Equal((1000, 1000, 0), (retry!.Before, retry.Retried, retry.After));
        await UntilOpenAsync(1010);
        await DrawAllAsync();
        var ended = await Silos.EndAsync(_plan);
        Assert.Equal((SweepState.Finished, new TaskCounts { Planned = 1010, Rendered = 1010 }, startedAt), (ended.State, ended.Counts, ended.StartedAt));
    }

    [Fact]
    public async Task AThousandFailedTasksOfAnEndedSweepAreRetriedByOneCallAndItsManifestIsFoldedAnew()
    {
        var lease = await Device.Claim(1010);
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "out of memory", Enumerable.Range(0, 1000)) with { Rows = Device.Draw(lease, Enumerable.Range(1000, 10)).Rows });
        var first = await Silos.EndAsync(_plan);
        Assert.Equal((SweepState.Finished, 1000), (first.State, first.Counts.Failed));
        await Silos.Cluster.DeactivateAsync(Sweep);
        await Silos.Cluster.DeactivateAsync(Grain);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        var retry = await Sweep.Retry(new() { Layer = "conv_*", Error = "MEMORY" }, Guid.NewGuid());
        Assert.Equal((1000, 1000, 0), (retry!.Before, retry.Retried, retry.After));
        await UntilOpenAsync(1000);
        Assert.Equal(SweepState.Running, (await Sweep.Status())!.State);
        await DrawAllAsync();
        var second = await Silos.EndAsync(_plan);
        Assert.Equal((SweepState.Finished, new TaskCounts { Planned = 1010, Rendered = 1010 }, first.StartedAt), (second.State, second.Counts, second.StartedAt));
        var rows = await new ManifestReader(fixture.Store.Inner).ReadRowsAsync(_plan.Id, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1010, rows.Count(row => row.Outcome == ChannelOutcome.Rendered));

        var task = (await Sweep.InspectTask(Query(0)))!;
        Assert.Equal([AttemptEnd.Failed, AttemptEnd.Rendered], task.Attempts.Select(attempt => attempt.End));
        Assert.Equal((TaskState.Done, (string?)null), (task.State, task.Error));
    }

    [Fact]
    public async Task OnlyWhatMatchesIsRetriedAndDeadChannelsOnlyIfTheyAreAskedFor()
    {
        var lease = await Device.Claim(1010);
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "out of memory", 0, 1, 2), ProtocolDevice.Fail(lease, "ignored: the lease has ended", 5));
        lease = await Device.Claim(1007);
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "bad weights", 3, 4) with { Rows = Device.Dead(lease, 5).Rows });
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((5, 0), Numbers(await Sweep.Retry(new() { Layer = "logits" }, Guid.NewGuid())));
        Assert.Equal((5, 0), Numbers(await Sweep.Retry(new() { Error = "no such error" }, Guid.NewGuid())));
        Assert.Equal((5, 3), Numbers(await Sweep.Retry(new() { Error = "Memory" }, Guid.NewGuid())));
        await UntilAsync(counts => counts is { Failed: 3, Dead: 1, Open: 1007 });
        Assert.Equal((2, 2), Numbers(await Sweep.Retry(new(), Guid.NewGuid())));
        await UntilAsync(counts => counts is { Failed: 1, Dead: 1, Open: 1009 });
        Assert.Equal((1, 1), Numbers(await Sweep.Retry(new() { Outcome = ChannelOutcome.Dead }, Guid.NewGuid())));
        await UntilOpenAsync(1010);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task ARetrySurvivesTheDeathOfTheCoordinatorBeforeAndAfterItIsJournaled(string moment)
    {
        var lease = await Device.Claim(1010);
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "out of memory", 0, 1, 2));
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        Task Die(string operation, string path) => operation == "create" && path.StartsWith(ResultLayout.Journal(_plan.Id), StringComparison.Ordinal)
            ? Task.FromException(new StoreUnreachableException("memory:test", "the coordinator dies here"))
            : Task.CompletedTask;
        if (moment == "before")
        {
            fixture.Store.Before = Die;
        }
        else
        {
            fixture.Store.After = Die;
        }

        var request = Guid.NewGuid();
        await Assert.ThrowsAnyAsync<Exception>(() => Sweep.Retry(new(), request));
        (fixture.Store.Before, fixture.Store.After) = ((_, _) => Task.CompletedTask, (_, _) => Task.CompletedTask);
        await Silos.Cluster.DeactivateAsync(Sweep);
        await Silos.Cluster.DeactivateAsync(Grain);

        // The client has no answer and asks again.
        Assert.Equal((3, 3), Numbers(await Sweep.Retry(new(), request)));
        Assert.Equal((3, 3), Numbers(await Sweep.Retry(new(), request)));
        await UntilOpenAsync(1010);
        await Silos.Cluster.DeactivateAsync(Sweep);
        await Silos.Cluster.DeactivateAsync(Grain);
        await UntilOpenAsync(1010);
    }

    [Fact]
    public async Task ATaskOfANewRunIsOpenThoughAnotherShardStillReadsForTheRunBefore()
    {
        var plan = SampleSweeps.Plan([new("conv_1", 8, IsLogits: false), new("conv_2", 8, IsLogits: false)], recipe: _plan.Recipe);
        var (sweep, shards) = (Silos.Sweep(plan), plan.Shards().ToArray());
        var reading = new Hold((operation, path) => operation == "list" && path.StartsWith(ResultLayout.Parts(shards[1].Id), StringComparison.Ordinal));
        fixture.Store.Before = reading.OnCall;
        await sweep.Submit(plan, new());
        await reading.Reached;
        var device = new ProtocolDevice(Silos, shards[0], fixture.Store.Inner, fixture.Clock);
        await device.Exchange(0, ProtocolDevice.Fail(await device.Claim(8), "out of memory", 0));
        Assert.Equal(TaskState.Quarantined, (await sweep.InspectTask(Query(0)))!.State);
        await sweep.Cancel();
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        await sweep.Submit(plan, new());
        Assert.Equal(TaskState.Waiting, (await sweep.InspectTask(Query(0)))!.State);
        reading.Release();
        await sweep.Cancel();
    }

    [Fact]
    public async Task ATaskThatFailsAgainAfterARetryStaysFailed()
    {
        var lease = await Device.Claim(1010);
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "out of memory", 0));
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Sweep.Retry(new(), Guid.NewGuid());
        await UntilOpenAsync(1010);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        lease = await Device.Claim(1010);
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "out of memory", 0));
        await Silos.Cluster.DeactivateAsync(Grain);
        await UntilAsync(counts => counts is { Failed: 1, Open: 1009 });
        var task = (await Sweep.InspectTask(Query(0)))!;
        Assert.Equal((TaskState.Quarantined, 2), (task.State, task.Attempts.Count));
    }

    [Fact]
    public async Task AttemptsWaitForAStoreThatIsOutOfReach()
    {
        var lease = await Device.Claim(1010);
        var isOut = true;
        fixture.Store.Before = (operation, path) => isOut && operation == "create" && path.StartsWith(ResultLayout.Attempts(Shard.Id), StringComparison.Ordinal)
            ? Task.FromException(new StoreUnreachableException("memory:test", "the cable is out"))
            : Task.CompletedTask;
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "out of memory", 0, 1));
        Assert.Empty((await Sweep.InspectTask(Query(0)))!.Attempts);
        isOut = false;
        await Eventually.TrueAsync(async () => (await Sweep.InspectTask(Query(1)))!.Attempts.Count == 1, () => "the attempts to be journaled");
        Assert.Single(await fixture.Store.Inner.ListAsync(ResultLayout.Attempts(Shard.Id), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task APausedSweepTriesAgainOnceItIsResumed()
    {
        var lease = await Device.Claim(1010);
        await Device.Exchange(0, ProtocolDevice.Fail(lease, "out of memory", 0, 1));
        await Sweep.Pause();
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 2), Numbers(await Sweep.Retry(new(), Guid.NewGuid())));
        Assert.Equal(SweepState.Paused, (await Sweep.Status())!.State);
        Assert.Equal(2, (await Grain.Inspect()).Summary.Counts.Failed);
        await Sweep.Resume();
        await UntilOpenAsync(1010);
    }

    [Fact]
    public async Task ASweepThatWasNeverSubmittedHasNothingToRetry()
        => Assert.Null(await Silos.Sweep(SampleSweeps.Plan([new("conv_1", 9, IsLogits: false)])).Retry(new(), Guid.NewGuid()));

    private static (int Before, int Retried) Numbers(TaskRetry? retry) => (retry!.Before, retry.Retried);

    private static TaskQuery Query(int channel) => new("fakenet", "conv_1", channel);

    private Task UntilOpenAsync(int open) => UntilAsync(counts => counts.Failed == 0 && counts.Open == open);

    private Task UntilAsync(Predicate<TaskCounts> isReached)
        => Eventually.TrueAsync(async () => isReached((await Grain.Inspect()).Summary.Counts), () => "the shard to read its rows anew");

    private async Task DrawAllAsync()
    {
        while (await Device.Exchange(1010) is { Leases: [var lease] })
        {
            await Device.Exchange(0, Device.Draw(lease, lease.Tasks));
        }
    }
}
