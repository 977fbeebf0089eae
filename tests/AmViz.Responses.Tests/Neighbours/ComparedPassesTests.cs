namespace AmViz.Responses.Tests.Neighbours;

public sealed class ComparedPassesTests
{
    private const int Channels = 40;

    private static readonly float[][] Responses = TestVectors.Responses(Channels, 64, seed: 5);

    [Fact]
    public void OfAPermutedCopyEveryChannelIsMatchedWithItself()
    {
        int[] order = [.. Enumerable.Range(0, Channels)];
        new Random(6).Shuffle(order);
        var compared = TestVectors.Compare(TestVectors.Pass("a", Responses), TestVectors.Pass("b", [.. order.Select(channel => Responses[channel])]), 3);
        Assert.Equal((Channels, Channels, Channels, Channels), Counts(compared));
        Assert.All(compared.MutualPairs(), pair => Assert.Equal(pair.Channel.Channel, order[pair.Neighbour.Channel]));
        Assert.Equal(Channels, compared.Duplicates().Count());
        Assert.Equal(2 * 3 * Channels, compared.Rows().Count());
    }

    [Fact]
    public void OfUnrelatedNetworksNothingIsADuplicate()
    {
        var compared = TestVectors.Compare(TestVectors.Pass("a", Responses), TestVectors.Pass("b", TestVectors.Responses(30, 64, seed: 7)), 3);
        Assert.Empty(compared.Duplicates());
        Assert.InRange(compared.Correspond().Mutual, 1, 29);
        Assert.All(compared.Rows(), row => Assert.NotEqual(row.Channel.Pass, row.Neighbour.Pass));
    }

    [Fact]
    public void WithinAPassADuplicateIsFoundOnceAndNoChannelIsItsOwnNeighbour()
    {
        float[][] responses = [.. Responses, [.. Responses[11].Select(response => (2 * response) + 1)]];
        var pass = TestVectors.Pass("a", responses);
        var compared = TestVectors.Compare(pass, pass, 5);
        var pair = Assert.Single(compared.Duplicates());
        Assert.Equal([11, Channels], new[] { pair.Channel.Channel, pair.Neighbour.Channel }.Order());
        Assert.True(pair.Mutual);
        Assert.Equal(pair, compared.MutualPairs().First());
        Assert.All(compared.Rows(), row => Assert.NotEqual(row.Channel, row.Neighbour));
        Assert.Equal(5 * responses.Length, compared.Rows().Count());
        Assert.Equal(2, compared.Correspond().Duplicated);
    }

    [Fact]
    public void ConstantChannelsAndThoseWithoutNumbersAreCountedAndLeftOut()
    {
        float[][] responses = [new float[64], .. Responses, [float.NaN, .. Responses[0][1..]]];
        var pass = TestVectors.Pass("a", responses);
        Assert.Equal((Channels, 1, 1), (pass.Vectors.Count, pass.Constant, pass.NotFinite));
        Assert.Equal(Enumerable.Range(1, Channels), pass.Places.Select(place => place.Channel));
    }

    [Fact]
    public void AScaledCopyOfWeightsIsADuplicateAndATurnedOneIsNot()
    {
        float[][] weights = [.. Responses, [.. Responses[11].Select(weight => 3 * weight)], [.. Responses[12].Select(weight => -weight)], new float[64]];
        var network = PassVectors.OfWeights("a", "net", [("conv", weights)]);
        var compared = TestVectors.Compare(network, network, 5);
        var pair = Assert.Single(compared.Duplicates());
        Assert.Equal((new("a", "net", "conv", 11), new("a", "net", "conv", Channels)), (pair.Channel, pair.Neighbour));
        Assert.Equal((Channels + 2, 1, 0), (network.Vectors.Count, network.Constant, network.NotFinite));
    }

    [Fact]
    public void ASingleChannelHasNoNeighbour()
    {
        var pass = TestVectors.Pass("a", Responses[..1]);
        var compared = TestVectors.Compare(pass, pass, 5);
        Assert.Empty(compared.Rows());
        Assert.Null(compared.Correspond().MedianCorrelation);
    }

    [Fact]
    public void PhotographsAreMatchedByContentWhateverTheirOrder()
    {
        var photographs = TestVectors.Photographs(64);
        int[] order = [.. Enumerable.Range(0, 64)];
        new Random(8).Shuffle(order);
        int[] kept = [.. order.Take(50), order[0]];                            // one content twice
        var one = new LayerSample(photographs, Responses);
        var other = new LayerSample([.. kept.Select(at => photographs[at])], [.. Responses.Select(channel => (float[])[.. kept.Select(at => channel[at])])]);
        var shared = SharedPhotographs.Of([one.Photographs, other.Photographs]);
        Assert.Equal(50, shared.Count);
        Assert.Equal(shared, SharedPhotographs.Of([other.Photographs, one.Photographs]));
        Assert.Equal(PassVectors.Of("a", "net", [("conv", one)], shared).Vectors, PassVectors.Of("b", "net", [("conv", other)], shared).Vectors);
    }

    [Fact]
    public void RecallCountsWhatWasFoundAndAnyOfEquallyNearOnes()
    {
        Neighbour[] exact = [new(0, 0.9f), new(1, 0.8f)];
        Assert.Equal(1, Neighbourhood.RecallOf([exact], [exact]));
        Assert.Equal(1, Neighbourhood.RecallOf([[new(0, 0.9f), new(7, 0.8f)]], [exact]));
        Assert.Equal(0.5, Neighbourhood.RecallOf([[new(0, 0.9f), new(5, 0.7f)]], [exact]));
        Assert.Equal(0.25, Neighbourhood.RecallOf([[new(1, 0.8f)], []], [exact, exact]));
    }

    private static (int Channels, int Others, int Mutual, int Duplicated) Counts(ComparedPasses compared)
    {
        var (channels, others, mutual, duplicated, _) = compared.Correspond();
        return (channels, others, mutual, duplicated);
    }
}
