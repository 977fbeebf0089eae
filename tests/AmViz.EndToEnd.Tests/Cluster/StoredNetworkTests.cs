using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Sweeps of a network that lies in the store and on no machine: who plans them has an empty cache and is told a name or a digest.</summary>
public sealed class StoredNetworkTests : ClusterTest
{
    private const int Pictures = 6;

    private static readonly string[] What = ["--layer", "conv_pw_4_bn", "--channels", "0-5", "--size", "48", "--steps", "8"];

    [Fact]
    public async Task ASubmittedSweepIsTheSameByNameAndByDigestAndItsPicturesAreThoseOfARunWithTheWeights()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        using var folder = new TemporaryFolder();
        var network = await PushAsync(cluster, folder);
        await cluster.StartSilosAsync(coordinators: 1, devices: 1);

        cluster.Environment["AMVIZ_CACHE"] = folder.At("empty");
        using var byName = await cluster.RunAsync("sweep", "submit", Spec(cluster, "model: mynet"), "--store", store.Address, "--wait", "--json");
        Assert.True(await byName.ExitCodeAsync() == 0, $"{byName.Error}\n{cluster.Logs}");
        Assert.Contains($"network  mynet of {store.Address}, digest {network.Digest}", byName.Error, StringComparison.Ordinal);
        var sweep = byName.Json.GetProperty("id").GetString()!;
        await AssertWholeAsync(cluster, store, sweep, Pictures, ["--weights", network.Path, .. What]);

        cluster.Environment["AMVIZ_CACHE"] = folder.At("empty again");
        Assert.Equal(sweep, await cluster.SubmitAsync(["--digest", network.Digest[..12], .. What, "--store", store.Address]));
    }

    [Theory]
    [InlineData("model: mynet", false)]
    [InlineData("digest: DIGEST", true)]
    public async Task SilosThatLiveForOneSweepPlanItFromTheStore(string named, bool inAzure)
    {
        await using var store = inAzure ? await ClusterStore.InAzuriteAsync() : ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address, store.Settings);
        using var folder = new TemporaryFolder();
        var network = await PushAsync(cluster, folder);

        var spec = Spec(cluster, named.Replace("DIGEST", network.Digest, StringComparison.Ordinal));
        using var silo = await cluster.RunAsync("silo", "--role", "all", "--device", "cpu", "--workers", "1", "--store", store.Address, "--sweep", spec);

        Assert.True(await silo.ExitCodeAsync() == 0, $"{silo.Output}{silo.Error}");
        await AssertWholeAsync(cluster, store, SweepErrandTests.SweepOf(silo), Pictures, ["--weights", network.Path, .. What]);
    }

    private static async Task<ChangedNetwork> PushAsync(TestCluster cluster, TemporaryFolder folder)
    {
        var network = new ChangedNetwork(folder.At("mynet"));
        using var pushed = await cluster.RunAsync("models", "push", "--weights", network.Path, "--store", cluster.Store);
        Assert.True(await pushed.ExitCodeAsync() == 0, pushed.Error);
        return network;
    }

    private static string Spec(TestCluster cluster, string named) => cluster.Write("sweep.yaml", $$"""
        models:
          - {{named}}
            layers: [{ layer: conv_pw_4_bn, channels: 0-5 }]
        recipe: { name: paper, steps: 8, size: 48 }
        """);
}
