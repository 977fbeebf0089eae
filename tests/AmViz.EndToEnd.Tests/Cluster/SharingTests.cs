using System.Diagnostics;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Several sweeps at once.</summary>
public sealed class SharingTests(ITestOutputHelper output) : ClusterTest
{
    private static readonly Dictionary<string, string> Steady = new(StringComparer.Ordinal) { ["TESTSILO_MILLISECONDS"] = "200" };

    [Fact]
    public async Task SweepsShareTheDevicesByPriorityAndACancelledOneFreesThem()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        AmVizProcess[] silos = [.. new[] { "coordinator", "coordinator", "gpu", "gpu" }.Select(role => cluster.StartTestSilo(role, Steady))];
        await Task.WhenAll(silos.Select(TestCluster.ReadyAsync));

        // Equal sweeps: one device each.
        var first = await cluster.SubmitAsync(Sweep(seed: 0));
        var second = await cluster.SubmitAsync(Sweep(seed: 1));
        await UntilAsync(async () => (await cluster.DrawingAsync(first), await cluster.DrawingAsync(second)) == (1, 1), "one device each");

        // A more important one: both devices.
        var urgent = await cluster.SubmitAsync([.. Sweep(seed: 2), "--priority", "1"]);
        var taken = await UntilAsync(async () => await cluster.DrawingAsync(urgent) == 2, "both devices for the urgent sweep");

        // Cancelled: the others go on with one each.
        var lost = silos.ToDictionary(silo => silo, LeasesTakenAway);
        var cancelled = await cluster.RunAsync("sweep", "cancel", urgent, "--json");
        Assert.Equal("cancelled", cancelled.Json.GetProperty("state").GetString());
        var watch = Stopwatch.StartNew();
        var freed = await UntilAsync(() => Task.FromResult(silos[2..].All(device => LeasesTakenAway(device) > lost[device])), "both devices to be freed");
        await UntilAsync(async () => (await cluster.DrawingAsync(first), await cluster.DrawingAsync(second)) == (1, 1), "one device each again");
        output.WriteLine($"the urgent sweep was seen to have both devices after {taken.TotalSeconds:0.0} s; {freed.TotalSeconds:0.0} s after it was cancelled they were free, by leases renewed every {TestCluster.Lease / 3} s, and seen to be with the others after {watch.Elapsed.TotalSeconds:0.0} s");

        var paused = await cluster.RunAsync("sweep", "pause", first, "--json");
        Assert.Equal("paused", paused.Json.GetProperty("state").GetString());
        await UntilAsync(async () => await cluster.DrawingAsync(second) == 2, "both devices for the one that is left");
        var resumed = await cluster.RunAsync("sweep", "resume", first, "--json");
        Assert.Equal("running", resumed.Json.GetProperty("state").GetString());
        await UntilAsync(async () => await cluster.DrawingAsync(first) == 1, "a device for the one that was resumed");
    }

    private static int LeasesTakenAway(AmVizProcess silo) => silo.Error.Split(" was taken away").Length - 1;

    // Long enough that none ends meanwhile; nothing of it is drawn really.
    private static string[] Sweep(int seed)
        => ["--layer", "conv_pw_4_bn,conv_pw_5_bn,conv_pw_6_bn,conv_pw_7_bn,conv_pw_8_bn,conv_pw_9_bn", "--steps", "8", "--seed", $"{seed}"];
}
