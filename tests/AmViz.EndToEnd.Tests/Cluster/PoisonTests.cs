namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Channels that take their device along, and channels that diverge.</summary>
public sealed class PoisonTests(ITestOutputHelper output) : ClusterTest
{
    [Fact]
    public async Task AChannelThatKillsItsProcessIsGivenUpWithItsErrorAndItsNeighboursAreDrawn()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        var faults = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TESTSILO_CRASH"] = "conv_pw_4_bn/5",
            ["TESTSILO_NOTFINITE"] = "conv_pw_4_bn/11",
            ["TESTSILO_BATCH"] = "4",
        };
        var coordinators = new[] { cluster.StartTestSilo("coordinator"), cluster.StartTestSilo("coordinator") };
        await Task.WhenAll(coordinators.Select(TestCluster.ReadyAsync));
        var device = cluster.StartTestSilo("gpu", faults);
        var waiting = cluster.Start("sweep", "submit", "--layer", "conv_pw_4_bn", "--channels", "0-15", "--steps", "8", "--wait", "--json", "--patience", "120");
        var deaths = 0;
        while (!waiting.HasExited)
        {
            if (device.HasExited)
            {
                deaths++;
                // Killed, and not ended by a fault of its own.
                Assert.True(await device.ExitCodeAsync() == 128 + 9, device.Error);
                device = cluster.StartTestSilo("gpu", faults);
            }

            await Task.Delay(50, Token);
        }

        // Finished with failed channels.
        Assert.True(await waiting.ExitCodeAsync() == 3, $"{waiting.Error}\n{cluster.Logs}");
        var counts = waiting.Json.GetProperty("counts");
        Assert.Equal((14, 2), (counts.GetProperty("rendered").GetInt32() + counts.GetProperty("skipped").GetInt32(), counts.GetProperty("failed").GetInt32()));
        var rows = await new AmViz.Storage.ManifestReader(store.Blobs).ReadRowsAsync(new(waiting.Json.GetProperty("id").GetString()!), Token).ToListAsync(Token);
        var lost = rows.Single(row => row.Channel == 5);
        Assert.Contains("Its device was lost 3 times while it drew this channel alone", lost.Error, StringComparison.Ordinal);
        Assert.Equal(AmViz.Sweeps.ChannelOutcome.NotFinite, rows.Single(row => row.Channel == 11).Outcome);
        output.WriteLine($"The device died {deaths} times.");
        // Twice with its neighbours, at most twice in a half (of a batch of four), three times alone. A lease of several batches may be lost while it is at another one
        // than the device told of last; then its neighbours are blamed instead, at most twice, since after that they are drawn apart.
        Assert.InRange(deaths, 5, 9);
    }
}
