using System.Diagnostics;
using AmViz.Cluster.Abstractions;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Whole parts of a cluster go away at once, and come back empty or late.</summary>
public sealed class RestartTests(ITestOutputHelper output) : ClusterTest
{
    private const int Pictures = 2 * 24;

    private static readonly string[] Sweep = ["--layer", "conv_pw_4_bn,conv_pw_5_bn", "--channels", "0-23", "--size", "48", "--steps", "64"];

    [Fact]
    public async Task AClusterOfWhichEveryProcessWasKilledGoesOnByItself()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        await cluster.StartSilosAsync(coordinators: 2, devices: 1);
        var sweep = await cluster.SubmitAsync(Sweep);
        await MorePicturesAsync(store, 5, Pictures);
        await Task.WhenAll(cluster.Coordinators.Concat(cluster.Devices).Select(silo => silo.KillAsync()));
        var watch = Stopwatch.StartNew();
        cluster.Coordinators.Clear();
        cluster.Devices.Clear();
        await cluster.StartSilosAsync(coordinators: 2, devices: 1);
        var joined = watch.Elapsed;
        await MorePicturesAsync(store, 1, Pictures);
        output.WriteLine($"joined again after {joined.TotalSeconds:0.0} s, first new picture after {watch.Elapsed.TotalSeconds:0.0} s");
        AssertFinished(await cluster.EndAsync(sweep), cluster);
        await AssertWholeAsync(cluster, store, sweep, Pictures, Sweep);
    }

    [Fact]
    public async Task ARedisThatLostItsDataCostsNothingNeitherEmptiedNorStartedAnew()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        await cluster.StartSilosAsync(coordinators: 2, devices: 2);
        var sweep = await cluster.SubmitAsync(Sweep);
        await MorePicturesAsync(store, 5, Pictures);
        await cluster.Redis.AskAsync("FLUSHALL", Token);
        await ComeTogetherAsync(cluster, exchanged: 0);
        await MorePicturesAsync(store, 5, Pictures);
        Assert.False((await cluster.StatusAsync(sweep)).State.HasEnded());

        await cluster.Redis.StopAsync(Token);
        await cluster.Redis.RestartAsync(Token);
        await ComeTogetherAsync(cluster, exchanged: 1);
        AssertFinished(await cluster.EndAsync(sweep), cluster);
        await AssertWholeAsync(cluster, store, sweep, Pictures, Sweep);
    }

    [Fact]
    public async Task AStoreThatIsAwayForTwentySecondsIsWaitedForWhetherItRefusesOrDoesNotAnswer()
    {
        await using var store = await ClusterStore.InAzuriteAsync();
        await using var cluster = await TestCluster.StartAsync(store.Address, store.Settings);
        await cluster.StartSilosAsync(coordinators: 1, devices: 2);
        var sweep = await cluster.SubmitAsync(Sweep);
        foreach (var frozen in new[] { false, true })
        {
            await MorePicturesAsync(store, 5, Pictures);
            Assert.False((await cluster.StatusAsync(sweep)).State.HasEnded());
            await (frozen ? store.Azurite!.PauseAsync(Token) : store.Azurite!.StopAsync(Token));
            // The one wait for time: so long the store is away.
            await Task.Delay(TimeSpan.FromSeconds(20), Token);
            await (frozen ? store.Azurite.ResumeAsync(Token) : store.Azurite.RestartAsync(Token));
            var back = await MorePicturesAsync(store, 1, Pictures);
            output.WriteLine($"{(frozen ? "frozen" : "stopped")}: first new picture {back.TotalSeconds:0.0} s after the store was back");
        }

        AssertFinished(await cluster.EndAsync(sweep), cluster);
        await AssertWholeAsync(cluster, store, sweep, Pictures, Sweep);
    }

    [Fact]
    public async Task ADeviceSiloThatIsToldToLeaveGivesItsWorkBackAtOnce()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        await cluster.StartSilosAsync(coordinators: 1, devices: 2, "--drain-budget", "5");
        var sweep = await cluster.SubmitAsync(Sweep);
        await MorePicturesAsync(store, 5, Pictures);
        var watch = Stopwatch.StartNew();
        cluster.Devices[0].Terminate();
        Assert.Equal(0, await cluster.Devices[0].ExitCodeAsync());
        var left = watch.Elapsed;
        output.WriteLine($"left after {left.TotalSeconds:0.0} s of a budget of 5 + 8 s");
        Assert.InRange(left, TimeSpan.Zero, TimeSpan.FromSeconds(13));
        AssertFinished(await cluster.EndAsync(sweep), cluster);
        // Nobody had to wait for a lease of the silo that left.
        Assert.DoesNotContain(cluster.Coordinators, coordinator => coordinator.Error.Contains(" leases back from ", StringComparison.Ordinal));
        await AssertWholeAsync(cluster, store, sweep, Pictures, Sweep);
    }

    /// <summary>Waits until all silos are members again; then somebody new finds the others, and they find him.</summary>
    private async Task ComeTogetherAsync(TestCluster cluster, int exchanged)
    {
        var watch = Stopwatch.StartNew();
        await UntilAsync(async () => await MembersAsync(cluster) == 4, "all silos to be members again");
        output.WriteLine($"all silos were members again after {watch.Elapsed.TotalSeconds:0.0} s");
        await cluster.Devices[exchanged].KillAsync();
        cluster.Devices[exchanged] = cluster.StartDevice();
        await TestCluster.ReadyAsync(cluster.Devices[exchanged]);
    }

    /// <summary>Active silos, as they stand in Redis; one that was killed may still stand there as dead.</summary>
    private static async Task<int> MembersAsync(TestCluster cluster)
    {
        var name = cluster.Environment["AMVIZ__Cluster__ClusterId"];
        var rows = await cluster.Redis.AskAsync($"HVALS {name}/members/{name}", Token);
        return rows.Split("\"Status\":3").Length - 1;
    }
}
