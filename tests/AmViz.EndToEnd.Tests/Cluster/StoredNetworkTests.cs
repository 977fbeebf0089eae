using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Sweeps of a network that lies in the store and on no machine: who plans them has an empty cache and is told a name or a digest.</summary>
public sealed class StoredNetworkTests : ClusterTest
{
    private const int Pictures = 6;

    // The first silo has to be told to leave before it has drawn all of them.
    private static readonly string[] OfTheGraph = ["--layer", "node_conv2", "--channels", "0-5", "--size", "16", "--steps", "200"];

    private static readonly string[] What = ["--layer", "conv_pw_4_bn", "--channels", "0-5", "--size", "48", "--steps", "8"];

    /// <summary>An ONNX model, from the file to pictures on silos that never saw it.</summary>
    [Fact]
    public async Task ASweepOfAnOnnxModelIsTheSameByDigestAndByNameAndItsPicturesThoseOfARunWithTheFileWhicheverOfTwoSilosDrewThem()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        using var folder = new TemporaryFolder();
        var digest = await PushGraphAsync(cluster, folder.At("pushed", "mynet"));
        Directory.Move(folder.At("pushed"), folder.At("moved away"));
        cluster.Environment["AMVIZ_CACHE"] = folder.At("empty");
        await cluster.StartSilosAsync(coordinators: 1, devices: 1, "--batch", "1");

        var sweep = await cluster.SubmitAsync(["--digest", digest[..12], .. OfTheGraph, "--store", store.Address]);
        await MorePicturesAsync(store, 1, Pictures);
        cluster.Devices[0].Terminate();
        Assert.Equal(0, await cluster.Devices[0].ExitCodeAsync());
        cluster.Environment["AMVIZ_CACHE"] = folder.At("empty too");
        await TestCluster.ReadyAsync(cluster.StartDevice());
        AssertFinished(await cluster.EndAsync(sweep), cluster);
        Assert.Equal(2, (await store.RunLogAsync(sweep)).Select(row => row.Device).Distinct().Count());
        await AssertWholeAsync(cluster, store, sweep, Pictures, ["--weights", folder.At("moved away", "mynet"), .. OfTheGraph, "--batch", "1"]);

        cluster.Environment["AMVIZ_CACHE"] = folder.At("empty again");
        var byName = await cluster.RunAsync(["sweep", "submit", "--model", "mynet", .. OfTheGraph, "--store", store.Address, "--json"]);
        Assert.True(byName.Code == 0, $"{byName.Error}\n{cluster.Logs}");
        Assert.Equal(sweep, byName.Json.GetProperty("id").GetString());
        Assert.Contains($"network  mynet of {store.Address}, digest {digest}", byName.Error, StringComparison.Ordinal);
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
        using var silo = await cluster.RunAloneAsync("silo", "--role", "all", "--device", "cpu", "--workers", "1", "--store", store.Address, "--sweep", spec);

        Assert.True(await silo.ExitCodeAsync() == 0, $"{silo.Output}{silo.Error}");
        await AssertWholeAsync(cluster, store, SweepErrandTests.SweepOf(silo), Pictures, ["--weights", network.Path, .. What]);
    }

    private static async Task<ChangedNetwork> PushAsync(TestCluster cluster, TemporaryFolder folder)
    {
        var network = new ChangedNetwork(folder.At("mynet"));
        var pushed = await cluster.RunAsync("models", "push", "--weights", network.Path, "--store", cluster.Store);
        Assert.True(pushed.Code == 0, pushed.Error);
        return network;
    }

    /// <summary>Puts a model into a folder, describes it as the probe proposes, and pushes it.</summary>
    /// <returns>Its digest.</returns>
    private static async Task<string> PushGraphAsync(TestCluster cluster, string folder)
    {
        Directory.CreateDirectory(folder);
        var model = Path.Combine(folder, "small.onnx");
        File.Copy(RepositoryTree.At("tests", "AmViz.Onnx.Tests", "Fixtures", "small.onnx"), model);
        using var proposed = await cluster.RunAloneAsync("models", "probe", model);
        Assert.True(await proposed.ExitCodeAsync() == 0, proposed.Error);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), proposed.Output, Token);
        var pushed = await cluster.RunAsync("models", "push", "--weights", folder, "--store", cluster.Store, "--json");
        Assert.True(pushed.Code == 0, pushed.Error);
        return pushed.Json.GetProperty("weightsDigest").GetString()!;
    }

    private static string Spec(TestCluster cluster, string named) => cluster.Write("sweep.yaml", $$"""
        models:
          - {{named}}
            layers: [{ layer: conv_pw_4_bn, channels: 0-5 }]
        recipe: { name: paper, steps: 8, size: 48 }
        """);
}
