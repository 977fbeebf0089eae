using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>What is known of one task, whatever has become of it.</summary>
public sealed class TaskInspectionTests(ProtocolFixture fixture) : IClassFixture<ProtocolFixture>, IAsyncLifetime
{
    private static int _plans;

    // A sweep of its own for every test: the number of steps makes it another one.
    private readonly SweepPlan _plan = SampleSweeps.Plan(
        [new("conv_1", 8, IsLogits: false)], seeds: [7, 9], recipe: Recipes.Paper with { Steps = 400 + Interlocked.Increment(ref _plans) });

    private TestSilos Silos => fixture.Silos;

    private ISweepGrain Sweep => Silos.Sweep(_plan);

    private Shard Shard => _plan.Shards().Single();

    private ProtocolDevice Device => field ??= new(Silos, Shard, fixture.Store, fixture.Clock);

    public async ValueTask InitializeAsync() => await Sweep.Submit(_plan, new());

    public async ValueTask DisposeAsync() => await Sweep.Cancel();

    [Fact]
    public async Task ATaskWaitsIsLeasedAndIsDone()
    {
        var task = await Inspect(0);
        Assert.Equal((Shard.TaskAt(0), TaskState.Waiting, (string?)null), (task.Task, task.State, task.Device));
        Assert.Empty(task.Attempts);

        var lease = await Device.Claim(4);
        task = await Inspect(0);
        Assert.Equal((TaskState.Leased, "a", lease.Token.ToString(), (ChannelTaskStatus?)null), (task.State, task.Device, task.Lease, task.Live));
        Assert.Equal(TaskState.Waiting, (await Inspect(7)).State);

        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        await Device.Exchange(0, Device.Draw(lease, 0) with { Rows = [.. Device.Draw(lease, 0).Rows, .. Device.Dead(lease, 1).Rows] });
        task = await Inspect(0);
        Assert.Equal((TaskState.Done, ResultLayout.Picture(Shard.TaskAt(0), Shard.Recipe.Hash).Value, lease.Token.ToString()), (task.State, task.Picture, task.Lease));
        var attempt = Assert.Single(task.Attempts);
        Assert.Equal((1, AttemptEnd.Rendered, lease.Token.ToString(), fixture.Clock.GetUtcNow()), (attempt.Number, attempt.End, attempt.Lease, attempt.EndedAt));
        // Channel 0 has two seeds.
        var dead = (await Sweep.InspectTask(new("fakenet", "conv_1", 0, Seed: 9)))!;
        Assert.Equal((TaskState.Dead, "dead", (string?)null), (dead.State, dead.Error, dead.Picture));
    }

    [Fact]
    public async Task WhoWatchesIsToldOfAttemptsOnlyOnceTheTaskHasEnded()
    {
        var query = Query(0) with { History = false };
        await Device.Exchange(0, new LeaseReport { Token = (await Device.Claim(16)).Token, Crashes = [new([.. Enumerable.Range(0, 16)], "driver crashed")] });
        Assert.Single((await Inspect(0)).Attempts);
        Assert.Empty((await Sweep.InspectTask(query))!.Attempts);

        while ((await Sweep.InspectTask(query))!.State != TaskState.Done)
        {
            var lease = await Device.Claim(16);
            await Device.Exchange(0, Device.Draw(lease, lease.Tasks));
        }

        Assert.Equal([AttemptEnd.Crashed, AttemptEnd.Rendered], (await Sweep.InspectTask(query))!.Attempts.Select(attempt => attempt.End));
    }

    [Fact]
    public async Task EveryAttemptIsKnownAlsoAfterAllSilosWereRestarted()
    {
        var begun = fixture.Clock.GetUtcNow();
        await Device.Exchange(0, new LeaseReport { Token = (await Device.Claim(16)).Token, Crashes = [new([.. Enumerable.Range(0, 16)], "driver crashed")] });
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        // Its half of the batch, in isolation, on a device that falls silent.
        var lost = await Device.Claim(16);
        Assert.Contains(0, lost.Tasks);
        await Silos.Shard(Shard).Renew(new("a", [new(lost.Token, lost.Tasks, [0])]));
        fixture.Clock.Advance(lost.Duration + TimeSpan.FromSeconds(1));
        for (var failures = 0; failures < 3;)
        {
            var lease = await Device.Claim(16);
            var isIt = lease.Tasks.Contains(0);
            await Device.Exchange(0, isIt ? ProtocolDevice.Fail(lease, "no luck", 0) : Device.Draw(lease, lease.Tasks));
            failures += isIt ? 1 : 0;
        }

        var task = await Inspect(0);
        Assert.Equal((TaskState.Quarantined, "no luck"), (task.State, task.Error));
        Assert.Equal([AttemptEnd.Crashed, AttemptEnd.DeviceLost, AttemptEnd.Failed, AttemptEnd.Failed, AttemptEnd.Failed], task.Attempts.Select(attempt => attempt.End));
        Assert.Equal([1, 2, 3, 4, 5], task.Attempts.Select(attempt => attempt.Number));
        Assert.Equal(("driver crashed", begun, "a"), (task.Attempts[0].Error, task.Attempts[0].StartedAt, task.Attempts[0].Device));
        Assert.Equal(5, task.Attempts.Select(attempt => attempt.Lease).Distinct().Count());

        await using var restarted = await TestSilos.StartAsync(fixture.Store, [[]]);
        Assert.Equivalent(task, await restarted.Sweep(_plan).InspectTask(Query(0)), strict: true);
    }

    [Fact]
    public async Task ATaskIsDrawnOnItsDevice()
    {
        var plan = SampleSweeps.Plan([new("conv_1", 2, IsLogits: false)]);
        var drawing = new TaskCompletionSource();
        await using var silos = await TestSilos.StartAsync(new MemoryBlobStore(), [new FakeRenderer(1) { BeforeBatch = (_, cancelled) => drawing.Task.WaitAsync(cancelled) }]);
        await silos.Sweep(plan).Submit(plan, new());
        await Eventually.TrueAsync(async () => (await Of(0)).State == TaskState.Drawing, () => "the first task to be drawn");
        var task = await Of(0);
        Assert.Equal((ChannelTaskState.Running, task.Device, task.Lease), (task.Live!.State, task.Live.Attempt.Device, task.Live.Attempt.Token.ToString()));
        Assert.Equal(plan.Recipe.Steps, task.Live.Steps);
        drawing.SetResult();
        await silos.EndAsync(plan);
        Assert.Equal(TaskState.Done, (await Of(0)).State);

        async Task<TaskInspection> Of(int channel) => (await silos.Sweep(plan).InspectTask(Query(channel)))!;
    }

    [Theory]
    [InlineData("fakenet", "conv_1", 8, 7)]
    [InlineData("fakenet", "conv_1", 0, 8)]
    [InlineData("fakenet", "conv_2", 0, 7)]
    [InlineData("othernet", "conv_1", 0, 7)]
    public async Task WhatASweepDoesNotDrawIsUnknown(string model, string layer, int channel, int seed)
        => Assert.Null(await Sweep.InspectTask(new(model, layer, channel, seed)));

    private async Task<TaskInspection> Inspect(int index)
    {
        var task = Shard.TaskAt(index);
        return (await Sweep.InspectTask(new(task.Model, task.Layer, task.Channel, task.Seed)))!;
    }

    private static TaskQuery Query(int channel) => new("fakenet", "conv_1", channel);
}
