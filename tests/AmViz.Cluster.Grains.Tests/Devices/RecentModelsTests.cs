namespace AmViz.Cluster.Grains.Tests;

public sealed class RecentModelsTests
{
    [Fact]
    public void OfAThousandNetworksTheLastFewAreKnown()
    {
        var models = new RecentModels();
        for (var i = 0; i < 1000; i++)
        {
            models.Use($"network {i}");
        }

        Assert.Equal(["network 999", "network 998", "network 997", "network 996"], models.Recent);
        models.Use("network 997");
        Assert.Equal(["network 997", "network 999", "network 998", "network 996"], models.Recent);
    }
}
