using System.Diagnostics;
using AmViz.Storage;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>The disk of the store is full for a while.</summary>
public sealed class FullDiskTests(ITestOutputHelper output) : ClusterTest
{
    private const int Pictures = 2 * 64;

    private static readonly string[] Sweep = ["--layer", "conv_pw_4_bn,conv_pw_5_bn", "--channels", "0-63", "--steps", "8"];

    private static readonly Dictionary<string, string> Steady = new(StringComparer.Ordinal) { ["TESTSILO_MILLISECONDS"] = "200" };

    [Fact]
    public async Task AFullDiskIsNamedAndWaitedFor()
    {
        await using var store = ClusterStore.InFolder();
        var folder = store.Address["folder:".Length..];
        await using var disk = await SmallDisk.MountAsync(folder, megabytes: 8);
        await using var cluster = await TestCluster.StartAsync(store.Address);
        var coordinators = new[] { cluster.StartTestSilo("coordinator"), cluster.StartTestSilo("coordinator") };
        var devices = new[] { cluster.StartTestSilo("gpu", Steady), cluster.StartTestSilo("gpu", Steady) };
        await Task.WhenAll(coordinators.Concat(devices).Select(TestCluster.ReadyAsync));
        var sweep = await cluster.SubmitAsync(Sweep);
        await MorePicturesAsync(store, 10, Pictures);

        disk.Fill();
        await UntilAsync(async () => await TroublesAsync(cluster, sweep) is { Length: 2 } all && all.All(trouble => trouble.Contains("The disk is full.", StringComparison.Ordinal)), "both devices to name the full disk");
        Assert.All(devices, device => Assert.Contains("waits for the store: Cannot write", device.Error, StringComparison.Ordinal));
        var before = await store.PicturesAsync();
        await CommandsSayWhyAsync(cluster);
        // The one wait for time: leases are to stay alive for longer than they last by themselves.
        await Task.Delay(TimeSpan.FromSeconds(TestCluster.Lease + 2), Token);
        Assert.Equal(before, await store.PicturesAsync());

        disk.Free();
        var watch = Stopwatch.StartNew();
        await MorePicturesAsync(store, 1, Pictures);
        output.WriteLine($"{before} of {Pictures} pictures when the disk was full; the next {watch.Elapsed.TotalSeconds:0.0} s after there was room again");
        AssertFinished(await cluster.EndAsync(sweep), cluster);
        Assert.All(devices, device => Assert.Contains("the store can be used again", device.Error, StringComparison.Ordinal));
        Assert.All(coordinators, coordinator => Assert.DoesNotContain(" leases back from ", coordinator.Error, StringComparison.Ordinal));
        var verified = await cluster.RunAsync("manifest", "verify", sweep, "--store", store.Address, "--json");
        Assert.True(verified.Code == 0, verified.Output);
        Assert.Equal(Pictures, await store.PicturesAsync());
        Assert.Equal(Pictures, (await new ManifestReader(store.Blobs).ReadRowsAsync(new(sweep), Token).ToListAsync(Token)).DistinctBy(row => (row.Layer, row.Channel)).Count());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, ".tmp"), "*~*"));
    }

    private static async Task CommandsSayWhyAsync(TestCluster cluster)
    {
        using var silo = await cluster.RunAloneAsync("silo", "--role", "coordinator", "--store", cluster.Store);
        AssertFullDisk(await silo.ExitCodeAsync(), silo.Error);
        var submitted = await cluster.RunAsync(["sweep", "submit", .. Sweep, "--seed", "7", "--patience", "10"]);
        AssertFullDisk(submitted.Code, submitted.Error);
    }

    private static void AssertFullDisk(int exitCode, string error)
    {
        Assert.True(exitCode == 5, $"{exitCode}: {error}");
        Assert.Contains("The disk is full. Free some space", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<string[]> TroublesAsync(TestCluster cluster, string sweep)
        => [.. (await cluster.StatusAsync(sweep)).Devices.Select(device => device.Trouble).OfType<string>()];
}
