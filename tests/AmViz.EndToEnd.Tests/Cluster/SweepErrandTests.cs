using System.Globalization;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A cluster inside a job: silos that join each other, work for one sweep and leave when it has ended.</summary>
public sealed class SweepErrandTests : ClusterTest
{
    private const int Pictures = 2 * 24;

    private static readonly string[] Sweep = ["--layer", "conv_pw_4_bn,conv_pw_5_bn", "--channels", "0-23", "--size", "48", "--steps", "64"];

    private const string Spec = """
        models:
          - model: texturenet
            layers:
              - { layer: conv_pw_4_bn, channels: 0-23 }
              - { layer: conv_pw_5_bn, channels: 0-23 }
        recipe: { name: paper, steps: 64, size: 48 }
        """;

    [Fact]
    public async Task PodsOfAnIndexedJobThatAreAllKilledGoOnUnderTheSameNameAndEndTogether()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        var pods = StartPods(cluster);
        await Task.WhenAll(pods.Select(TestCluster.ReadyAsync));
        await MorePicturesAsync(store, 5, Pictures);
        await Task.WhenAll(pods.Select(pod => pod.KillAsync()));
        // Redis is a part of the first pod: what it held is gone.
        await cluster.Redis.StopAsync(Token);
        await cluster.Redis.RestartAsync(Token);

        pods = StartPods(cluster);
        await await Task.WhenAny(pods.Select(Ended));
        // The first to end may be the one with Redis.
        await cluster.Redis.StopAsync(Token);
        var codes = await Task.WhenAll(pods.Select(Ended));

        Assert.True(codes.All(code => code == 0), string.Join("\n", pods.Select(pod => $"{pod.Output}\n{pod.Error}")));
        await AssertWholeAsync(cluster, store, SweepOf(pods[0]), Pictures, Sweep);
    }

    [Fact]
    public async Task APodThatIsToldToLeaveBeforeTheEndSaysSoAndTheOthersEndTheSweep()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        var pods = StartPods(cluster);
        await Task.WhenAll(pods.Select(TestCluster.ReadyAsync));
        await MorePicturesAsync(store, 5, Pictures);

        pods[2].Terminate();

        Assert.Equal(130, await pods[2].ExitCodeAsync());
        Assert.All(await Task.WhenAll(pods.Take(2).Select(Ended)), code => Assert.Equal(0, code));
        await AssertWholeAsync(cluster, store, SweepOf(pods[0]), Pictures, Sweep);
    }

    [Fact]
    public async Task ASiloOfOneSweepLeavesTheOtherSweepsOfItsStoreAlone()
    {
        await using var store = ClusterStore.InFolder();
        await using var release = await TestCluster.StartAsync(store.Address);
        await release.StartSilosAsync(coordinators: 1, devices: 0);
        await release.SubmitAsync("--layer", "conv_pw_3_bn", "--channels", "0-7", "--size", "48", "--steps", "16");

        await using var job = await TestCluster.StartAsync(store.Address);
        var spec = job.Write("sweep.yaml", "models: [{ model: texturenet, layers: [{ layer: conv_pw_4_bn, channels: 0-7 }] }]\nrecipe: { name: paper, steps: 16, size: 48 }");
        using var silo = await job.RunAloneAsync("silo", "--role", "all", "--device", "cpu", "--workers", "1", "--store", store.Address, "--sweep", spec);

        Assert.True(await silo.ExitCodeAsync() == 0, silo.Error);
        Assert.Equal(8, await store.PicturesAsync());
    }

    [Fact]
    public async Task ASpecWithMistakesIsSaidBeforeAnythingIsJoined()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        using var silo = await cluster.RunAloneAsync("silo", "--store", store.Address, "--sweep", cluster.Write("mistaken.yaml", "models: [{ model: texturenet, layers: [nowhere] }]"));

        Assert.Equal(2, await silo.ExitCodeAsync());
        Assert.Contains("nowhere", silo.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ready", silo.Output, StringComparison.Ordinal);
    }

    private static AmVizProcess[] StartPods(TestCluster cluster)
    {
        var spec = cluster.Write("sweep.yaml", Spec);
        return [.. Enumerable.Range(0, 3).Select(index => StartPod(cluster, spec, index))];
    }

    /// <summary>With the variables that Kubernetes gives to the pods of an Indexed Job.</summary>
    private static AmVizProcess StartPod(TestCluster cluster, string spec, int index)
    {
        cluster.Environment["JOB_COMPLETION_INDEX"] = index.ToString(CultureInfo.InvariantCulture);
        return cluster.Start("silo", "--role", "all", "--device", "cpu", "--workers", "1", "--store", cluster.Store, "--drain-budget", "5", "--name", $"sweep-{index}", "--sweep", spec);
    }

    private static async Task<int> Ended(AmVizProcess pod) => await pod.ExitCodeAsync();

    internal static string SweepOf(AmVizProcess pod)
        => pod.Output.Split('\n').Last(line => line.StartsWith("sweep ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
}
