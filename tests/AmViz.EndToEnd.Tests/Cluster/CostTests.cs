using System.Globalization;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>What a picture costs a real Redis.</summary>
public sealed class CostTests(ITestOutputHelper output) : ClusterTest
{
    // 128 channels, four seeds.
    private const int Pictures = 512;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1, 25)]
    [InlineData(32, 400)]
    public async Task RedisIsAskedByTheClockAndNotByThePicture(int batch, int milliseconds)
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        var silos = new Dictionary<string, string>(StringComparer.Ordinal) { ["TESTSILO_BATCH"] = $"{batch}", ["TESTSILO_MILLISECONDS"] = $"{milliseconds}" };
        await Task.WhenAll(new[] { "coordinator", "gpu", "gpu" }.Select(role => TestCluster.ReadyAsync(cluster.StartTestSilo(role, silos))));
        var resting = await CountedAsync(cluster);
        await Task.Delay(Idle, Token);
        var perSecond = (await CountedAsync(cluster) - resting) / Idle.TotalSeconds;

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var begin = await CountedAsync(cluster);
        var sweep = await cluster.SubmitAsync("--layer", "conv_pw_9_bn", "--seeds", "0,1,2,3", "--steps", "8");
        await UntilAsync(async () => await store.PicturesAsync() >= Pictures / 2, "half of the pictures");
        var (half, halfAt) = (await CountedAsync(cluster), watch.Elapsed);
        await UntilAsync(async () => await store.PicturesAsync() >= Pictures, "all pictures");
        var (end, endAt) = (await CountedAsync(cluster), watch.Elapsed);
        AssertFinished(await cluster.EndAsync(sweep), cluster);

        var second = end - half - (perSecond * (endAt - halfAt).TotalSeconds);
        output.WriteLine($"batch of {batch}: {perSecond:0.0} commands a second without work; {end - begin} commands while {Pictures} pictures were drawn in {endAt.TotalSeconds:0.0} s, {end - half} of them in the second half, which took {(endAt - halfAt).TotalSeconds:0.0} s");
        // The submission is in the first half: a reminder, and the client that brings it.
        Assert.True(second < Pictures / 4, $"{second} commands more than without work for {Pictures / 2} pictures.");
    }

    /// <summary>Commands that Redis has run; the question itself is not counted until it is answered.</summary>
    private static async Task<double> CountedAsync(TestCluster cluster)
        => (await cluster.Redis.AskAsync("INFO commandstats", Token)).Split('\n')
            .Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal) && !line.StartsWith("cmdstat_info", StringComparison.Ordinal) && !line.StartsWith("cmdstat_quit", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture));
}
