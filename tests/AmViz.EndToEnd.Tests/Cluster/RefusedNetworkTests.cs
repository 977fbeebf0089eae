using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A network that silos fetch from the store by its digest.</summary>
public sealed class RefusedNetworkTests(ITestOutputHelper output) : ClusterTest
{
    private const int Channels = 8;

    [Fact]
    public async Task AFlippedByteInTheStoreIsRefusedNoChannelIsGivenUpAndAPushMendsTheRunningSweep()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        using var folder = new TemporaryFolder();
        cluster.Environment["AMVIZ_CACHE"] = folder.At("cache");
        var network = new ChangedNetwork(folder.At("mynet"));
        await PushAsync(cluster, network, mended: 0);
        var damaged = FlipAByte(store, network);
        await cluster.StartSilosAsync(coordinators: 1, devices: 1);

        var submitted = await SubmitAsync(cluster, network);
        Assert.True(submitted.Code == 0, $"{submitted.Error}\n{cluster.Logs}");
        var sweep = submitted.Json.GetProperty("id").GetString()!;
        await UntilAsync(
            async () => (await cluster.StatusAsync(sweep)).Devices
                .Any(device => device.Trouble?.Contains($"has SHA-256 {damaged}; expected {network.Digest}", StringComparison.Ordinal) == true),
            "the device to say why it draws nothing");
        var counts = (await cluster.StatusAsync(sweep)).Counts;
        Assert.Equal((Channels, 0, 0), (counts.Planned, counts.Rendered, counts.Failed));
        Assert.Equal(0, await store.PicturesAsync());

        // The same silo and the same sweep go on.
        await PushAsync(cluster, network, mended: 1);
        var watch = Stopwatch.StartNew();
        var drawn = await SubmitAsync(cluster, network, "--wait");
        Assert.True(drawn.Code == 0, $"{drawn.Output}{drawn.Error}\n{cluster.Logs}");
        output.WriteLine($"mended, they were drawn after {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.All(await RowsAsync(store, drawn), row => Assert.Equal(ChannelOutcome.Rendered, row.Outcome));
        Assert.Equal(Channels, await store.PicturesAsync());
    }

    private static async Task PushAsync(TestCluster cluster, ChangedNetwork network, int mended)
    {
        var pushed = await cluster.RunAsync("models", "push", "--weights", network.Path, "--store", cluster.Store, "--json");
        Assert.True(pushed.Code == 0, pushed.Error);
        Assert.Equal(mended, pushed.Json.GetProperty("mended").GetInt32());
    }

    private static Task<CommandAnswer> SubmitAsync(TestCluster cluster, ChangedNetwork network, params string[] more)
        => cluster.RunAsync(
            ["sweep", "submit", "--weights", network.Path, "--layer", "conv_pw_4_bn", "--channels", $"0-{Channels - 1}", "--size", "48", "--steps", "8", "--json", .. more]);

    private static async Task<List<ManifestEntry>> RowsAsync(ClusterStore store, CommandAnswer submitted)
        => await new ManifestReader(store.Blobs).ReadRowsAsync(new(submitted.Json.GetProperty("id").GetString()!), Token).ToListAsync(Token);

    /// <returns>SHA-256 of what is there now.</returns>
    private static string FlipAByte(ClusterStore store, ChangedNetwork network)
    {
        var weights = Directory.EnumerateFiles(store.Address["folder:".Length..], "model.safetensors", SearchOption.AllDirectories).Single(file => file.Contains(network.Digest, StringComparison.Ordinal));
        var content = File.ReadAllBytes(weights);
        content[^10] ^= 1;
        File.WriteAllBytes(weights, content);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
