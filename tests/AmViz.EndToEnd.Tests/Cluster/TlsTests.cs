using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Mutual TLS on the ports of silos: who may join and who may ask.</summary>
public sealed class TlsTests : ClusterTest
{
    private const string Variable = "AMVIZ__Cluster__Tls";
    private const int Pictures = 2 * 12;

    private static readonly string[] Sweep = ["--layer", "conv_pw_4_bn,conv_pw_5_bn", "--channels", "0-11", "--size", "48", "--steps", "64"];

    [Fact]
    public async Task WhoeverHasNoCertificateOfTheClusterJoinsNothingAndIsAnsweredNothing()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        using var foreign = new TestAuthority();
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        cluster.Environment[Variable] = authority.Issue(folder.At("own"));
        await cluster.StartSilosAsync(coordinators: 1, devices: 1);

        // All of them know the Redis, and what stands in it.
        foreach (var intruder in (string?[])[null, foreign.Issue(folder.At("foreign")), authority.Issue(folder.At("expired"), expires: TimeProvider.System.GetUtcNow().AddMinutes(-1))])
        {
            Become(cluster, intruder);
            using var client = await cluster.RunAsync("sweep", "list", "--patience", "0");
            Assert.True(await client.ExitCodeAsync() == 5, $"{intruder}: {client.Output}{client.Error}");
            cluster.StartDevice();
        }

        Become(cluster, folder.At("own"));
        AssertFinished(await cluster.EndAsync(await cluster.SubmitAsync(Sweep)), cluster);
        Assert.Equal(Pictures, await store.PicturesAsync());
        Assert.Equal(2, cluster.Joined);
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

    private static void Become(TestCluster cluster, string? certificates)
    {
        cluster.Environment.Remove(Variable);
        if (certificates is not null)
        {
            cluster.Environment[Variable] = certificates;
        }
    }
}
