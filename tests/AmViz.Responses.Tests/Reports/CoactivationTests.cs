namespace AmViz.Responses.Tests.Reports;

public sealed class CoactivationTests
{
    private const int Photographs = 200;

    /// <summary>Channel 1 is twice channel 0, channel 2 is its opposite, channel 3 is silent.</summary>
    private static readonly SampledPhotograph[] Sample =
    [
        .. Enumerable.Range(0, Photographs).Select(number => new SampledPhotograph(
            number, ContentDigest.Of(BitConverter.GetBytes(number)), [number, 2 * number, -number, 0], new int[4])),
    ];

    [Fact]
    public void ChannelsThatTheSamePhotographsExciteShareAllHits()
    {
        var coactivation = new Coactivation(Sample, 4);
        Assert.Equal([(1, 20, 20, 20)], coactivation.PartnersOf(0));
        Assert.Equal([(0, 20, 20, 20)], coactivation.PartnersOf(1));
    }

    [Fact]
    public void OppositeAndSilentChannelsHaveNoPartner()
    {
        var coactivation = new Coactivation(Sample, 4);
        Assert.Empty(coactivation.PartnersOf(2));
        Assert.Empty(coactivation.PartnersOf(3));
    }
}
