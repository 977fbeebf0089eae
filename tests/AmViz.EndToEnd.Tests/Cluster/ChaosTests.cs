using System.Globalization;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Silos die, freeze and come back, and the sweep ends as if nothing had happened.</summary>
public sealed class ChaosTests(ITestOutputHelper output) : ClusterTest
{
    private const int Kills = 10;
    private const int Pictures = 3 * 32;

    [Fact]
    public async Task KilledTenTimesFrozenOnceAndWithoutACoordinatorTheSweepEndsLikeAnUndisturbedOne()
    {
        // A real network with trained weights, which silos fetch from the store, where this machine has one.
        var weights = SharedData.Weights("mobilenet_v1_0.25_128_qat");
        var real = SharedData.WhyMissing(weights) is null;
        output.WriteLine(real ? "texturenet and MobileNetV1 0.25/128" : "texturenet alone");
        using var folder = new TemporaryFolder();
        var spec = folder.At("spec.yaml");
        await File.WriteAllTextAsync(
            spec,
            $$"""
            models:
              - model: texturenet
                layers: [{ layer: conv_pw_4_bn, channels: 0-31 }, { layer: conv_pw_5_bn, channels: {{(real ? "0-31" : "0-63")}} }]
            {{(real ? $"  - weights: {weights}\n    layers: [{{ layer: conv_pw_4, channels: 0-31 }}]" : "")}}
            recipe: { name: paper, steps: 64, size: 48 }
            """,
            Token);
        await using var store = await ClusterStore.InAzuriteAsync();
        await using var cluster = await TestCluster.StartAsync(store.Address, store.Settings);
        await cluster.StartSilosAsync(coordinators: 2, devices: 2, "--verbose");
        var sweep = await cluster.SubmitAsync(spec, "--store", store.Address);
        var recoveries = new List<TimeSpan>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await MorePicturesAsync(store, 3, Pictures);
            await cluster.Devices[kill % 2].KillAsync();
            cluster.Devices[kill % 2] = cluster.StartDevice();
            if (kill == 3)
            {
                await cluster.Coordinators[0].KillAsync();
                cluster.Coordinators[0] = cluster.StartCoordinator();
            }

            if (kill == 6)
            {
                await FreezePastItsLease(cluster.Devices[(kill + 1) % 2]);
            }

            recoveries.Add(await MorePicturesAsync(store, 1, Pictures));
            await TestCluster.ReadyAsync(cluster.Devices[kill % 2]);
        }

        AssertFinished(await cluster.EndAsync(sweep), cluster);
        var wasted = cluster.Drawn - Pictures;
        output.WriteLine($"seconds from a kill to the next picture: {string.Join(", ", recoveries.Select(time => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)))}");
        output.WriteLine($"{cluster.Drawn} batches of one picture begun for {Pictures} pictures: {wasted} wasted by {Kills} kills, a frozen silo and a dead coordinator");
        // The frozen device and the coordinator count as kills.
        Assert.InRange(wasted, 0, (Kills + 2) * 2);
        await AssertWholeAsync(cluster, store, sweep, Pictures, [spec]);
    }

    private static async Task FreezePastItsLease(AmVizProcess device)
    {
        device.Freeze();
        // The one wait for time: a lease is a stretch of time, and it is to run out.
        await Task.Delay(TimeSpan.FromSeconds(TestCluster.Lease + 2), Token);
        device.Thaw();
    }
}
