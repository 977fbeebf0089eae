using System.Text.Json;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A machine that is taken away sooner than its silo needs to leave.</summary>
public sealed class SpotMachineTests(ITestOutputHelper output) : ClusterTest
{
    private const int Early = 200;

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

        cluster.Devices[0].Terminate();
        await UntilAsync(async () => await store.CheckpointsAsync() > 0, "the batch to be saved although its silo has not left");
        Assert.False(cluster.Devices[0].HasExited);
        await cluster.Devices[0].KillAsync();

        cluster.StartDevice();
        var resumed = 0;
        await UntilAsync(async () => (resumed = await ResumedAtAsync(cluster, sweep)) > 0, "the batch to go on elsewhere");
        output.WriteLine($"step {noticed} at the notice, went on at {resumed}");
        Assert.InRange(resumed, noticed, int.MaxValue);
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
