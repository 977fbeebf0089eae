using System.Diagnostics;
using AmViz.Storage;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A device silo that the network cuts off from all others, and that does not know.</summary>
public sealed class PartitionTests(ITestOutputHelper output) : ClusterTest
{
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(15);
    private static readonly string[] Sweep = ["--layer", "conv_pw_4_bn,conv_pw_5_bn,conv_pw_6_bn,conv_pw_7_bn", "--channels", "0-63", "--steps", "8"];

    private static readonly Dictionary<string, string> Steady = new(StringComparer.Ordinal) { ["TESTSILO_MILLISECONDS"] = "250" };

    [Fact]
    public async Task ASiloThatWasCutOffComesBackByItselfAndNothingIsLostOrDouble()
    {
        await using var network = await CutOffNetwork.CreateAsync(Token);
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartOnAsync(store.Address, network.OutsideAddress);
        var near = new[] { "coordinator", "coordinator", "gpu" }.Select(role => cluster.StartTestSilo(role, Steady, advertised: network.OutsideAddress)).ToArray();
        var far = cluster.StartTestSilo("gpu", Steady, network.Enter, network.InsideAddress);
        await Task.WhenAll(near.Append(far).Select(TestCluster.ReadyAsync));
        var sweep = await cluster.SubmitAsync(Sweep);
        var planned = (await cluster.StatusAsync(sweep)).Counts.Planned;
        await UntilAsync(async () => await cluster.DrawingAsync(sweep) == 2, "both devices to draw");

        await network.PullAsync(Token);
        // The one wait for time: a partition is a stretch of time, here longer than leases and the detection of a death.
        await Task.Delay(Cut, Token);
        var meanwhile = await store.PicturesAsync();
        await network.PlugInAsync(Token);
        var watch = Stopwatch.StartNew();
        await far.UntilAsync("it has joined again", () => Ready(far).Length == 2);
        output.WriteLine($"{meanwhile} of {planned} pictures when the network was back; the silo joined again {watch.Elapsed.TotalSeconds:0.0} s later");
        AssertFinished(await cluster.EndAsync(sweep), cluster);

        Assert.Equal(planned, await store.PicturesAsync());
        Assert.Equal(planned, (await new ManifestReader(store.Blobs).ReadRowsAsync(new(sweep), Token).ToListAsync(Token)).DistinctBy(row => (row.Layer, row.Channel)).Count());
        var verified = await cluster.RunAsync("manifest", "verify", sweep, "--store", store.Address, "--json");
        Assert.True(verified.Code == 0, verified.Output);

        // It gets work again.
        var another = await cluster.SubmitAsync([.. Sweep, "--seed", "1"]);
        await UntilAsync(async () => await cluster.DrawingAsync(another) == 2, "both devices to draw again");
        Assert.Contains("is out of reach: Redis does not answer. Work goes on", far.Error, StringComparison.Ordinal);
        Assert.Contains("It gives its work up and joins again by itself.", far.Error, StringComparison.Ordinal);
    }

    /// <summary>The addresses under which a silo has joined, one after the other.</summary>
    private static string[] Ready(AmVizProcess silo)
        => [.. silo.Output.Split('\n').Where(line => line.StartsWith("ready ", StringComparison.Ordinal)).Select(line => line["ready ".Length..].Trim())];
}
