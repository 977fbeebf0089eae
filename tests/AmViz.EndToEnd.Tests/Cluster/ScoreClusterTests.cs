using System.Security.Cryptography;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Scores as the work of a cluster: whichever device scores which layer, and whatever dies, the tables are those of one process.</summary>
public sealed class ScoreClusterTests(ITestOutputHelper output) : ClusterTest, IDisposable
{
    private const string Layers = "conv_pw_*_bn,logits";

    private const string Spec = """
        models: [texturenet]
        scores: { judge: texturevit }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TwoDevicesOneOfWhichIsKilledEndInTheTablesOfOneProcess()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        var shared = store.Address["folder:".Length..];
        await DoneAsync(cluster, "run", "--layer", Layers, "--channels", "0-7", "--steps", "1", "--size", "32", "--out", shared);
        await DoneAsync(cluster, "respond", "--layer", Layers, "--textures", "60", "--crops", "1", "--effective-fields", "0", "--out", shared);
        Copy(shared, _folder.At("alone"));
        await DoneAsync(cluster, "score", "--judge", "texturevit", "--out", _folder.At("alone"));

        await cluster.StartSilosAsync(coordinators: 1, devices: 2);
        var sweep = await cluster.SubmitAsync(cluster.Write("spec.yaml", Spec), "--store", store.Address);
        // Where a machine is fast, the rest may be done by then; nothing is to be lost all the same.
        await UntilAsync(() => Task.FromResult(Tables(shared).Count >= 2), "two tables to be stored");
        await cluster.Devices[1].KillAsync();
        var survived = Tables(shared).Count;
        var end = await cluster.EndAsync(sweep);
        var alone = Tables(_folder.At("alone"));
        output.WriteLine($"{survived} of {alone.Count} tables were stored when a device was killed");
        AssertFinished(end, cluster);
        Assert.Equal((alone.Count, 0), (end.Counts.Rendered + end.Counts.Skipped, end.Counts.Failed));
        Assert.Equal(alone, Tables(shared));
        Assert.Equal(0, (await cluster.RunAsync("manifest", "verify", sweep, "--store", store.Address)).Code);
        var written = Written(shared);
        await DoneAsync(cluster, "score", "--judge", "texturevit", "--out", shared);
        Assert.Equal(written, Written(shared));
    }

    private static async Task DoneAsync(TestCluster cluster, params string[] words)
    {
        var answer = await cluster.RunAsync(words);
        Assert.True(answer.Code == 0, answer.Error);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Digests of the tables of scores, by their paths.</summary>
    private static Dictionary<string, string> Tables(string store)
        => Files(store).ToDictionary(file => Path.GetRelativePath(store, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))), StringComparer.Ordinal);

    /// <summary>When each of them was written.</summary>
    private static DateTime[] Written(string store) => [.. Files(store).Order(StringComparer.Ordinal).Select(File.GetLastWriteTimeUtc)];

    private static string[] Files(string store)
        => Directory.Exists(Path.Combine(store, "scores")) ? Directory.GetFiles(Path.Combine(store, "scores"), "*.parquet", SearchOption.AllDirectories) : [];
}
