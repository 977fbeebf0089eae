using System.Security.Cryptography;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A pass of photographs as the work of a cluster: whichever device computes which shard, and whatever dies, its files are those of one process.</summary>
public sealed class PassTests(ITestOutputHelper output) : ClusterTest, IDisposable
{
    private const string Spec = """
        models: [{ model: texturenet, layers: [conv_pw_3_bn, logits] }]
        photographs: { textures: 640, shardSize: 32, crops: 1, effectiveFields: 1 }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TwoDevicesOneOfWhichIsKilledEndInTheFilesOfOneProcess()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        await cluster.StartSilosAsync(coordinators: 1, devices: 2);
        var sweep = await cluster.SubmitAsync(cluster.Write("spec.yaml", Spec), "--store", store.Address);

        // Where a machine is fast, the rest may be done by then; nothing is to be lost all the same.
        await UntilAsync(() => Task.FromResult(Shards(store) >= 3), "three shards to be stored");
        await cluster.Devices[1].KillAsync();
        var survived = Shards(store);
        var end = await cluster.EndAsync(sweep);
        output.WriteLine($"{survived} of 20 shards were stored when a device was killed");
        AssertFinished(end, cluster);
        // What the killed device had stored and not reported was found in the store.
        Assert.Equal((21, 0), (end.Counts.Rendered + end.Counts.Skipped, end.Counts.Failed));
        Assert.Equal(0, (await cluster.RunAsync("manifest", "verify", sweep, "--store", store.Address)).Code);

        var alone = await cluster.RunAsync(
            "respond", "--layer", "conv_pw_3_bn,logits", "--textures", "640", "--shard-size", "32", "--crops", "1", "--effective-fields", "1", "--workers", "1", "--out", _folder.At("alone"));
        Assert.True(alone.Code == 0, alone.Error);
        Assert.Equal(Files(_folder.At("alone")), Files(store.Address["folder:".Length..]));
    }

    private static int Shards(ClusterStore store)
    {
        var responses = Path.Combine(store.Address["folder:".Length..], "responses");
        return Directory.Exists(responses) ? Directory.GetDirectories(responses, "shards", SearchOption.AllDirectories).Sum(shards => Directory.GetFiles(shards).Length) : 0;
    }

    /// <summary>All that belongs to passes, by its path.</summary>
    private static Dictionary<string, string> Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => (Name: Path.GetRelativePath(folder, file), File: file))
        .Where(one => one.Name.StartsWith("responses", StringComparison.Ordinal) || one.Name.StartsWith("crops", StringComparison.Ordinal))
        .ToDictionary(one => one.Name, one => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(one.File))), StringComparer.Ordinal);
}
