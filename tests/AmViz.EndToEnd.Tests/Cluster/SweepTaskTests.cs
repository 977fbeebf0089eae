namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Single channels of a sweep, from the command line.</summary>
public sealed class SweepTaskTests : ClusterTest
{
    private const string Layer = "conv_pw_4_bn";

    [Fact]
    public async Task AChannelIsShownWhileItWaitsAndAfterItHasEndedAndIsDrawnAgainOnRequest()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        await TestCluster.ReadyAsync(cluster.StartTestSilo("coordinator"));
        var sweep = await cluster.SubmitAsync("--layer", Layer, "--channels", "0-7", "--steps", "8");

        var waiting = await cluster.RunAsync("sweep", "task", sweep, Layer, "3", "--json");
        Assert.Equal("waiting", waiting.Json.GetProperty("state").GetString());
        var text = await cluster.RunAsync("sweep", "task", sweep, Layer, "3");
        Assert.Contains("state    waiting", text.Output, StringComparison.Ordinal);

        var device = cluster.StartTestSilo("gpu", new Dictionary<string, string>(StringComparer.Ordinal) { ["TESTSILO_NOTFINITE"] = $"{Layer}/3" });
        Assert.Equal(1, (await cluster.EndAsync(sweep)).Counts.NotFinite);
        var diverged = await cluster.RunAsync("sweep", "task", sweep, Layer, "3", "--json");
        Assert.Equal("notFinite", diverged.Json.GetProperty("state").GetString());
        Assert.Contains("NaN", diverged.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        await device.KillAsync();
        cluster.StartTestSilo("gpu");

        var failed = await cluster.RunAsync("sweep", "retry", sweep, "--failed", "--json");
        Assert.Equal((0, 0, 0), Numbers(failed.Json));
        var retried = await cluster.RunAsync("sweep", "retry", sweep, "--not-finite", "--layer", "conv_pw_?_bn", "--error", "nan", "--json");
        Assert.Equal((1, 1, 0), Numbers(retried.Json));
        var done = await cluster.RunAsync("sweep", "task", sweep, Layer, "3", "--watch", "--json");
        Assert.Equal("done", done.Json.GetProperty("state").GetString());
        Assert.Equal(["notFinite", "rendered"], done.Json.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("end").GetString()));
        Assert.True(File.Exists(Path.Combine(store.Address["folder:".Length..], done.Json.GetProperty("picture").GetString()!)));
        Assert.Equal(0, (await cluster.EndAsync(sweep)).Counts.Failed);
    }

    [Fact]
    public async Task AChannelThatTheSweepDoesNotDrawIsAMistakeOfTheCommand()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        await TestCluster.ReadyAsync(cluster.StartTestSilo("coordinator"));
        var sweep = await cluster.SubmitAsync("--layer", Layer, "--channels", "0-7", "--steps", "8");

        await AssertMistakeAsync("does not draw channel 99", "task", sweep, Layer, "99");
        await AssertMistakeAsync($"Did you mean '{Layer}'", "task", sweep, "conv_pw_4_bm", "0");
        await AssertMistakeAsync("has no sweep '0123456789abcdef'", "retry", "0123456789abcdef");
        await AssertMistakeAsync("Choose one of", "retry", sweep, "--failed", "--dead");

        async Task AssertMistakeAsync(string message, params string[] arguments)
        {
            var run = await cluster.RunAsync(["sweep", .. arguments]);
            Assert.Equal(2, run.Code);
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
        }
    }

    private static (int Before, int Retried, int After) Numbers(System.Text.Json.JsonElement retry)
        => (retry.GetProperty("before").GetInt32(), retry.GetProperty("retried").GetInt32(), retry.GetProperty("after").GetInt32());
}
