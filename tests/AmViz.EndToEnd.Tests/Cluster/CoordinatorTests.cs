using System.Diagnostics;
using AmViz.Storage;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A coordinator leaves in the middle of a sweep.</summary>
public sealed class CoordinatorTests(ITestOutputHelper output) : ClusterTest
{
    private const int Pictures = 3 * 64;

    private static readonly Dictionary<string, string> Steady = new(StringComparer.Ordinal) { ["TESTSILO_MILLISECONDS"] = "200" };

    [Fact]
    public async Task WhenOneIsToldToLeaveTheOtherTakesOverAndWhoeverWatchesNoticesNothing()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        cluster.Coordinators.Add(cluster.StartCoordinator());
        await TestCluster.ReadyAsync(cluster.Coordinators[0]);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => TestCluster.ReadyAsync(cluster.StartTestSilo("gpu", Steady))));
        // Everything lives with the first coordinator; then a second one joins, which has to take all of it over.
        var watching = cluster.Start("sweep", "submit", "--layer", "conv_pw_4_bn,conv_pw_5_bn,conv_pw_6_bn", "--channels", "0-63", "--steps", "8", "--wait", "--json", "--patience", "60");
        await MorePicturesAsync(store, 10, Pictures);
        cluster.Coordinators.Add(cluster.StartCoordinator());
        await TestCluster.ReadyAsync(cluster.Coordinators[1]);

        var before = await store.PicturesAsync();
        var watch = Stopwatch.StartNew();
        cluster.Coordinators[0].Terminate();
        Assert.True(await cluster.Coordinators[0].ExitCodeAsync() == 0, cluster.Coordinators[0].Error);
        var left = watch.Elapsed;
        var drawn = await store.PicturesAsync();
        var next = await MorePicturesAsync(store, 1, Pictures);
        output.WriteLine($"left after {left.TotalSeconds:0.0} s, in which {drawn - before} pictures were stored; the next came {next.TotalSeconds:0.0} s later");

        Assert.True(await watching.ExitCodeAsync() == 0, $"{watching.Output}{watching.Error}\n{cluster.Logs}");
        Assert.DoesNotContain("error", watching.Error, StringComparison.Ordinal);
        var sweep = watching.Json.GetProperty("id").GetString()!;
        Assert.Equal(Pictures, await store.PicturesAsync());
        Assert.Equal(Pictures, (await new ManifestReader(store.Blobs).ReadRowsAsync(new(sweep), Token).ToListAsync(Token)).DistinctBy(row => (row.Layer, row.Channel)).Count());
        var verified = await cluster.RunAsync("manifest", "verify", sweep, "--store", store.Address, "--json");
        Assert.True(verified.Code == 0, verified.Output);
    }
}
