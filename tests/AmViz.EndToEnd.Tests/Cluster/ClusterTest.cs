using System.Collections.Concurrent;
using System.Diagnostics;
using AmViz.Cluster.Abstractions;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>What the tests of clusters share: a sweep, and how to tell that nothing was lost.</summary>
public abstract class ClusterTest
{
    /// <summary>Only what hangs takes so long, on the slowest and most crowded machine.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(6);

    private static readonly ConcurrentDictionary<string, Task<(string Sweep, byte[] Manifest)>> Undisturbed = new(StringComparer.Ordinal);

    protected ClusterTest()
    {
        Assert.SkipWhen(TestCluster.SkipReason is not null, TestCluster.SkipReason ?? "");
    }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>All pictures, each once in the manifest, every one as its row says, and the manifest that of a run in one process.</summary>
    private protected static async Task AssertWholeAsync(TestCluster cluster, ClusterStore store, string sweep, int pictures, string[] request)
    {
        var verified = await cluster.RunAsync("manifest", "verify", sweep, "--store", store.Address, "--json");
        Assert.True(verified.Code == 0, verified.Output);
        Assert.Equal(pictures, await store.PicturesAsync());
        var undisturbed = await Undisturbed.GetOrAdd(string.Join(' ', request), _ => UndisturbedAsync(cluster, request));
        Assert.Equal(undisturbed.Sweep, sweep);
        Assert.Equal(undisturbed.Manifest, await store.ManifestAsync(sweep));
    }

    /// <summary>The manifest of a run in one process, made once for each request.</summary>
    private static async Task<(string Sweep, byte[] Manifest)> UndisturbedAsync(TestCluster cluster, string[] request)
    {
        using var folder = new TemporaryFolder();
        var run = await cluster.RunAsync(["run", .. request, "--workers", "2", "--out", folder.At("undisturbed"), "--json"]);
        Assert.True(run.Code == 0, run.Error);
        return (run.Json.GetProperty("sweepId").GetString()!, new StoreFolder(folder.At("undisturbed")).ManifestBytes(run.Json));
    }

    private protected static void AssertFinished(SweepStatus end, TestCluster cluster)
        => Assert.True(end.State == SweepState.Finished, $"{end.State}: {end.Counts}, {end.LastError}\n{cluster.Logs}");

    /// <summary>Waits for new pictures.</summary>
    /// <returns>How long it took.</returns>
    private protected static async Task<TimeSpan> MorePicturesAsync(ClusterStore store, int more, int all)
    {
        var goal = Math.Min(all, await store.PicturesAsync() + more);
        return await UntilAsync(async () => await store.PicturesAsync() >= goal, $"{more} new pictures");
    }

    /// <summary>Waits for a condition, never for a time.</summary>
    private protected static async Task<TimeSpan> UntilAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < LongestWait, $"Waited {watch.Elapsed} for {what}.");
            await Task.Delay(100, Token);
        }

        return watch.Elapsed;
    }
}
