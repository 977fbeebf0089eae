using System.Diagnostics;
using System.Text.Json;
using AmViz.Storage;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A machine that is taken away sooner than its silo needs to leave.</summary>
public sealed class SpotMachineTests(ITestOutputHelper output) : ClusterTest
{
    private const int Early = 200;
    private const int Further = 50;

    // The shortest that clouds give to pods.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(15);

    // How often what is drawn is saved from the notice on.
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(5);

    // A step, and the writing of what it came to, on a crowded machine; together less than another interval.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task WhatWasDrawnBeforeTheNoticeIsNotDrawnAgain()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        // By itself it saves nothing for an hour, and would draw on for an hour.
        await cluster.StartSilosAsync(coordinators: 1, devices: 1, "--checkpoint-interval", "3600", "--drain-budget", "3600");
        var sweep = await cluster.SubmitAsync("--layer", "conv_pw_4_bn", "--channels", "0", "--steps", "100000");
        await UntilAsync(async () => await StepAsync(cluster, sweep) >= Early, "a batch in the middle");
        var noticed = await StepAsync(cluster, sweep);

        var watch = Stopwatch.StartNew();
        cluster.Devices[0].Terminate();
        var first = await SavedAfterAsync(store, sweep, 0);
        var saved = watch.Elapsed;
        Assert.InRange(saved, TimeSpan.Zero, Notice);
        // It draws on and saves again, and the machine goes between two times that it saves.
        var second = await SavedAfterAsync(store, sweep, first);
        var between = watch.Elapsed - saved;
        await UntilAsync(async () => await StepAsync(cluster, sweep) >= second + Further, "the batch to be further than what is saved");
        var last = await StepAsync(cluster, sweep);
        Assert.False(cluster.Devices[0].HasExited);
        await cluster.Devices[0].KillAsync();
        var kept = await SavedAsync(store, sweep);

        cluster.StartDevice();
        var resumed = 0;
        await UntilAsync(async () => (resumed = await ResumedAtAsync(cluster, sweep)) > 0, "the batch to go on elsewhere");
        output.WriteLine($"step {noticed} at the notice; saved at step {first}, {saved.TotalSeconds:0.0} s later, and at step {second}, {between.TotalSeconds:0.0} s after that; step {last} when the machine went, went on at {resumed}: {Math.Max(0, last - resumed)} steps lost");
        Assert.InRange(first, noticed, int.MaxValue);
        // Of what is saved nothing is lost, so what is lost was drawn since it was saved last: in an interval, whatever the speed.
        Assert.Equal(kept, resumed);
        Assert.InRange(kept, second, int.MaxValue);
        Assert.InRange(between, TimeSpan.Zero, SaveInterval + Longest);
    }

    /// <summary>Waits until the batch is saved at a later step.</summary>
    private static async Task<int> SavedAfterAsync(ClusterStore store, string sweep, int step)
    {
        var saved = 0;
        await UntilAsync(async () => (saved = await SavedAsync(store, sweep)) > step, $"the batch to be saved after step {step} although its silo has not left");
        return saved;
    }

    /// <summary>The step at which the batch is saved; 0: it is not.</summary>
    private static async Task<int> SavedAsync(ClusterStore store, string sweep)
    {
        var plan = (await new SweepStore(store.Blobs).ReadPlanAsync(new(sweep), Token))!;
        var task = Assert.Single(Assert.Single(plan.Shards()).Tasks());
        return (await new CheckpointStore(store.Blobs).LoadAsync(task, plan.RecipeFor(plan.Layers[0]).Hash, Token))?.Step ?? 0;
    }

    private static async Task<int> StepAsync(TestCluster cluster, string sweep)
        => (await cluster.StatusAsync(sweep)).Devices.Select(device => device.Step).DefaultIfEmpty().Max();

    private static async Task<int> ResumedAtAsync(TestCluster cluster, string sweep)
    {
        var task = await cluster.RunAsync("sweep", "task", sweep, "conv_pw_4_bn", "0", "--json");
        Assert.True(task.Code == 0, task.Error);
        return task.Json.TryGetProperty("live", out var live) && live.ValueKind == JsonValueKind.Object ? live.GetProperty("resumedAt").GetInt32() : 0;
    }
}
