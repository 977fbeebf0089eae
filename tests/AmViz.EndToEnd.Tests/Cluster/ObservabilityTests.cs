using System.Globalization;
using System.Net;
namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>What real silos show of themselves while things go wrong.</summary>
public sealed class ObservabilityTests(ITestOutputHelper output) : ClusterTest
{
    // In the row that Orleans keeps of a member in Redis.
    private const string Dead = "\"Status\":6";

    [Fact]
    public async Task ADeviceThatWasFrozenSaysThatItWasDeclaredDeadAndIsReadyAgainOnTheSamePort()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        await cluster.StartSilosAsync(coordinators: 2, devices: 1, "--http-port", "0", "--http-address", "127.0.0.1", "--pool", "left", "--log-format", "json", "--checkpoint-interval", "1");
        var device = cluster.Devices[0];
        using var http = new HttpClient { BaseAddress = AddressOf(device) };
        Assert.Equal(HttpStatusCode.OK, await AskAsync(http, "health/startup"));
        Assert.Equal((1, 0), (await ValueAsync(http, "amviz_silo_joined{}"), await ValueAsync(http, "amviz_silo_evictions_total{}")));
        var sweep = await cluster.SubmitAsync("--layer", "conv_pw_4_bn", "--channels", "0", "--steps", "2500", "--pool", "left");
        await UntilAsync(async () => await store.CheckpointsAsync() > 0, "a picture that is begun and not done");
        var drawn = await ValueAsync(http, "amviz_steps_total{}");

        device.Freeze();
        var name = cluster.Environment["AMVIZ__Cluster__ClusterId"];
        await UntilAsync(
            async () => (await cluster.Redis.AskAsync($"HVALS {name}/members/{name}", Token)).Contains(Dead, StringComparison.Ordinal),
            "the coordinators to declare it dead");
        device.Thaw();
        await UntilAsync(async () => await ValueAsync(http, "amviz_silo_evictions_total{}") > 0, "the device to notice");
        var back = await UntilAsync(async () => await AskAsync(http, "health/ready") == HttpStatusCode.OK, "the device to be ready again");
        output.WriteLine($"ready again {back.TotalSeconds:0.0} s after it noticed");
        AssertFinished(await cluster.EndAsync(sweep), cluster);
        // Counted through both lives.
        Assert.True(await ValueAsync(http, "amviz_steps_total{}") > drawn);
        Assert.Contains(device.Error.Split('\n'), WentOnWithALayer);

        var second = cluster.Start("silo", "--role", "gpu", "--device", "cpu", "--store", cluster.Store, "--http-port", $"{http.BaseAddress!.Port}", "--http-address", "127.0.0.1");
        Assert.Equal(2, await second.ExitCodeAsync());
        Assert.Contains("--http-port", second.Error, StringComparison.Ordinal);
    }

    /// <summary>Said in JSON and unasked, with the layer as a value of its own.</summary>
    private static bool WentOnWithALayer(string line)
        => line.Contains(" went on with 1 images of shard ", StringComparison.Ordinal) && line.Contains("\"Layer\":\"conv_pw_4_bn\"", StringComparison.Ordinal);

    private static Uri AddressOf(AmVizProcess silo)
        => new(silo.Output.Split('\n').Single(line => line.StartsWith("http ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path, Token);
        return answer.StatusCode;
    }

    private static async Task<double> ValueAsync(HttpClient http, string series)
    {
        var line = (await http.GetStringAsync("metrics", Token)).Split('\n').Single(line => line.StartsWith(series, StringComparison.Ordinal));
        return double.Parse(line[series.Length..], CultureInfo.InvariantCulture);
    }
}
