using System.Diagnostics;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Commands that find nobody: exit code 5 within their patience, and one line that says what was tried and what to do.</summary>
public sealed class OutOfReachTests(ITestOutputHelper output) : ClusterTest
{
    private const int Patience = 3;

    [Theory]
    [InlineData("sweep status")]
    [InlineData("sweep cancel 0123456789abcdef")]
    [InlineData("sweep submit --layer conv_pw_4_bn --channels 0-3")]
    public async Task WithoutARedisCommandsEndWithinTheirPatience(string line)
    {
        // Nothing listens on the port of TCP's multiplexer service.
        var error = await FailAsync($"{line} --cluster redis://127.0.0.1:1");
        Assert.Contains("The cluster 'amviz' at redis://127.0.0.1:1 is out of reach for 3 s: Redis cannot be connected to.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sweep status")]
    [InlineData("sweep submit --layer conv_pw_4_bn --channels 0-3")]
    public async Task ARedisWithoutThatClusterIsTold(string line)
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        await TestCluster.ReadyAsync(cluster.StartTestSilo("coordinator"));
        var error = await FailAsync($"{line} --cluster {cluster.Redis.Address} --cluster-id another");
        Assert.Contains($"The cluster 'another' at {cluster.Redis.Address} is out of reach for 3 s: No cluster of that name is listed there.", error, StringComparison.Ordinal);
        Assert.Contains("is the name of the cluster right?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASiloWithoutAStoreEndsAtOnce()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("file"), "no folder", Token);
        var error = await FailAsync($"silo --role coordinator --cluster redis://127.0.0.1:1 --store folder:{folder.At("file", "store")}");
        Assert.Contains($"Cannot use '{folder.At("file", "store")}'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASiloLooksForItsClusterForAsLongAsItIsTold()
    {
        using var folder = new TemporaryFolder();
        using var silo = await AmVizProcess.RunAsync(folder.Path, "silo", "--role", "coordinator", "--cluster", "redis://127.0.0.1:1", "--store", "folder:store", "--join-patience", "1");
        Assert.Equal(5, await silo.ExitCodeAsync());
        Assert.Contains("could not be joined for 1 s", silo.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASiloWithoutARedisSaysSoOnceAndLeavesWhenItIsTold()
    {
        using var folder = new TemporaryFolder();
        using var silo = AmVizProcess.Start(folder.Path, "silo", "--role", "coordinator", "--cluster", "redis://127.0.0.1:1", "--store", "folder:store");
        await silo.UntilAsync("it says that it waits", () => silo.Error.Contains("waiting  The cluster 'amviz' at redis://127.0.0.1:1 cannot be joined yet: Redis cannot be connected to. It is tried again for 180 s.", StringComparison.Ordinal));
        // The one wait for time: it tries again and again meanwhile, and is to be silent.
        await Task.Delay(TimeSpan.FromSeconds(4), Token);
        Assert.Single(silo.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var watch = Stopwatch.StartNew();
        silo.Terminate();
        Assert.Equal(4, await silo.ExitCodeAsync());
        output.WriteLine($"left after {watch.Elapsed.TotalSeconds:0.0} s");
    }

    /// <returns>The one line on standard error.</returns>
    private async Task<string> FailAsync(string line)
    {
        using var folder = new TemporaryFolder();
        var watch = Stopwatch.StartNew();
        string[] words = [.. line.Split(' '), .. line.StartsWith("sweep ", StringComparison.Ordinal) ? new[] { "--patience", $"{Patience}" } : []];
        using var process = await AmVizProcess.RunAsync(folder.Path, words);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s: {process.Error.Trim()}");
        Assert.Equal(5, await process.ExitCodeAsync());
        return Assert.Single(process.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
