namespace AmViz.Cluster.Grains.Tests;

/// <summary>What a sweep loses to devices that die, fall silent or are slow. By a clock that only jumps: every run is the same.</summary>
public sealed class BadDayTests(ITestOutputHelper output)
{
    // Bounds a little below what was seen (0.979, 0.952, 0.944): another order of devices is another day.
    [Theory]
    [InlineData(0, 0, 0, 0.97)]
    [InlineData(0.01, 0.01, 0, 0.94)]
    [InlineData(0.01, 0.01, 0.01, 0.93)]
    public void ABadDayCostsLittle(double crash, double zombie, double straggle, double atLeast)
    {
        var day = Run(new() { Crash = crash, Zombie = zombie, Straggle = straggle });
        Assert.InRange(day.Efficiency, atLeast, 1);
        Assert.InRange(day.Exchanges, day.Batches, 1.1 * day.Drawn);
        Assert.InRange(day.Drawn, day.Batches, 1.01 * day.Batches);
    }

    [Fact]
    public void SlowBatchesAreWorthCallingBackAndHedging()
    {
        var weather = new FakeWeather { Straggle = 0.01 };
        var efficiency = Run(weather).Efficiency;
        Assert.InRange(Run(weather, leases => leases.RecallFactor = 1_000).Efficiency, 0, efficiency - 0.05);
        Assert.InRange(Run(weather, leases => leases.StragglerFactor = 3).Efficiency, 0, efficiency - 0.03);
    }

    private FakeCluster Run(FakeWeather weather, Action<LeaseOptions>? change = null)
    {
        var cluster = new FakeCluster(weather, layers: 12, batchesPerLayer: 125, devices: 48, change);
        cluster.Run();
        output.WriteLine(FormattableString.Invariant(
            $"{weather}: {cluster.Efficiency:0.0%}, {cluster.Now.TotalSeconds:0} s; {cluster.Drawn} drawn of {cluster.Batches}, {cluster.Exchanges} exchanges; {string.Join(", ", cluster.Hedges)}, {cluster.Shards.Sum(shard => shard.Recalled)} called back"));
        Assert.All(cluster.Shards, shard => Assert.All(shard.Ended, times => Assert.Equal(1, times)));
        return cluster;
    }
}
