using System.Diagnostics;
using System.Text.Json;

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
        await UntilAsync(async () => await store.CheckpointsAsync() > 0, "the batch to be saved although its silo has not left");
        var saved = watch.Elapsed;
        var step = await StepAsync(cluster, sweep);
        // It draws on, and the machine goes between two times that it saves.
        await UntilAsync(async () => await StepAsync(cluster, sweep) >= step + Further, "the batch to be further than what is saved");
        var last = await StepAsync(cluster, sweep);
        var interval = (last - noticed) / watch.Elapsed.TotalSeconds * SaveInterval.TotalSeconds;
        Assert.False(cluster.Devices[0].HasExited);
        await cluster.Devices[0].KillAsync();

        cluster.StartDevice();
        var resumed = 0;
        await UntilAsync(async () => (resumed = await ResumedAtAsync(cluster, sweep)) > 0, "the batch to go on elsewhere");
        output.WriteLine($"step {noticed} at the notice, saved {saved.TotalSeconds:0.0} s later; step {last} when the machine went, went on at {resumed}: {Math.Max(0, last - resumed)} steps lost, {interval:0} fit between two times that it saves");
        Assert.InRange(saved, TimeSpan.Zero, Notice);
        Assert.InRange(resumed, noticed, int.MaxValue);
        // The status tells of a step up to a report ago; a step more is under way.
        Assert.InRange(last - resumed, int.MinValue, interval + 1);
    }

    private static async Task<int> StepAsync(TestCluster cluster, string sweep)
        => (await cluster.StatusAsync(sweep)).Devices.Select(device => device.Step).DefaultIfEmpty().Max();

    private static async Task<int> ResumedAtAsync(TestCluster cluster, string sweep)
    {
        using var task = await cluster.RunAsync("sweep", "task", sweep, "conv_pw_4_bn", "0", "--json");
        Assert.True(await task.ExitCodeAsync() == 0, task.Error);
        return task.Json.TryGetProperty("live", out var live) && live.ValueKind == JsonValueKind.Object ? live.GetProperty("resumedAt").GetInt32() : 0;
    }
}
