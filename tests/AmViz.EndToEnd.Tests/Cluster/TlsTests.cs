using System.Globalization;
using System.Text.RegularExpressions;
using AmViz.Cluster.Abstractions;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Mutual TLS on the ports of silos: who may join and who may ask.</summary>
public sealed partial class TlsTests : ClusterTest
{
    private const string Variable = "AMVIZ__Cluster__Tls";
    private const int Pictures = 2 * 12;

    // In the row that Orleans keeps of a member in Redis.
    private const string Active = "\"Status\":3";

    private const string Dead = "\"Status\":6";

    private static readonly string[] Sweep = ["--layer", "conv_pw_4_bn,conv_pw_5_bn", "--channels", "0-11", "--size", "48", "--steps", "64"];

    [Fact]
    public async Task WhoeverHasNoCertificateOfTheClusterJoinsNothingAndIsAnsweredNothing()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        using var foreign = new TestAuthority();
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address, password: "known-to-all");
        var own = authority.Issue(folder.At("own"));
        var strangers = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["no certificate"] = null,
            ["a foreign authority"] = foreign.Issue(folder.At("foreign")),
            ["an expired certificate"] = authority.Issue(folder.At("expired"), expires: TimeProvider.System.GetUtcNow().AddMinutes(-1)),
        };
        cluster.Environment[Variable] = own;
        await cluster.StartSilosAsync(coordinators: 1, devices: 1);
        var members = await MembersAsync(cluster);
        var ports = members.SelectMany(member => (int[])[member.SiloPort, member.GatewayPort]).Where(port => port > 0).ToArray();
        // Both ports of the coordinator, the one port of the device.
        Assert.Equal((2, 3), (members.Length, ports.Length));
        foreach (var port in ports)
        {
            using var member = await SiloPort.OpenAsync(port, own, Token);
            using var plain = await SiloPort.OpenPlainAsync(port, Token);
            Assert.True(await plain.Refused.WaitAsync(LongestWait, Token), $"{port}: plain TCP");
            foreach (var (who, certificates) in strangers)
            {
                using var stranger = await SiloPort.OpenAsync(port, certificates, Token);
                Assert.True(await stranger.Refused.WaitAsync(LongestWait, Token), $"{port}: {who}");
            }

            // It is spoken to, or waited for.
            Assert.False(member.Refused.IsCompleted && await member.Refused, $"{port}: the cluster's own certificate");
        }

        // They know the Redis, its password, and what stands in it.
        Become(cluster, certificates: null);
        await Assert.ThrowsAsync<ClusterUnreachableException>(() => cluster.ConnectAsync(TimeSpan.Zero));
        var intruder = cluster.StartDevice();
        await UntilAsync(async () => (await RowsAsync(cluster)).Any(row => row.Contains(Dead, StringComparison.Ordinal)), "the members to give up who wrote himself into the table");

        Become(cluster, own);
        AssertFinished(await cluster.EndAsync(await cluster.SubmitAsync(Sweep)), cluster);
        Assert.Equal(Pictures, await store.PicturesAsync());
        Assert.Equal(2, cluster.Joined);
        Assert.Equal(members, await MembersAsync(cluster));
        Assert.DoesNotContain("ready ", intruder.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertificatesThatChangeInTheMiddleOfASweepStopNothing()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        using var next = new TestAuthority();
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        cluster.Environment[Variable] = authority.Issue(folder.At("own"));
        await cluster.StartSilosAsync(coordinators: 1, devices: 1);
        var sweep = await cluster.SubmitAsync(Sweep);
        await MorePicturesAsync(store, 3, Pictures);

        next.Issue(folder.At("own"), $"{authority.Pem}\n{next.Pem}");
        // Has the new ones from the beginning; those that run read them when it comes.
        await TestCluster.ReadyAsync(cluster.StartDevice());

        AssertFinished(await cluster.EndAsync(sweep), cluster);
        Assert.All(cluster.Coordinators.Concat(cluster.Devices), silo => Assert.False(silo.HasExited));
        await AssertWholeAsync(cluster, store, sweep, Pictures, Sweep);
    }

    /// <summary>The active silos, as they stand in Redis.</summary>
    private static async Task<(string Name, int SiloPort, int GatewayPort)[]> MembersAsync(TestCluster cluster)
    {
        var rows = await RowsAsync(cluster);
        return [.. rows.Where(row => row.Contains(Active, StringComparison.Ordinal)).Select(row => (
            Value(row, NameOf()), int.Parse(Value(row, SiloPortOf()), CultureInfo.InvariantCulture), int.Parse(Value(row, GatewayPortOf()), CultureInfo.InvariantCulture))).Order()];
    }

    private static async Task<string[]> RowsAsync(TestCluster cluster)
    {
        var name = cluster.Environment["AMVIZ__Cluster__ClusterId"];
        return (await cluster.Redis.AskAsync($"HVALS {name}/members/{name}", Token)).Split('\n');
    }

    private static string Value(string row, Regex what)
        => what.Match(row) is { Success: true, Value: var value } ? value : throw new InvalidDataException($"{row}: {what} is not there.");

    [GeneratedRegex("(?<=\"SiloName\":\")[^\"]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameOf();

    [GeneratedRegex("(?<=\"SiloAddress\":[^@]*:)[0-9]+(?=@)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SiloPortOf();

    [GeneratedRegex("(?<=\"ProxyPort\":)[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GatewayPortOf();

    private static void Become(TestCluster cluster, string? certificates)
    {
        cluster.Environment.Remove(Variable);
        if (certificates is not null)
        {
            cluster.Environment[Variable] = certificates;
        }
    }
}
