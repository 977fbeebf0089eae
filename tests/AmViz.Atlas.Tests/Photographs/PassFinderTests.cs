using AmViz.Atlas.Photographs;
using AmViz.Responses;
using AmViz.Storage;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Photographs;

public sealed class PassFinderTests
{
    [Fact]
    public void OfThePassesOfTheSameWeightsThroughALayerTheOneWithMostPhotographsIsShown()
    {
        ResponseSummary[] passes = [Pass("a", 10, crops: 3), Pass("b", 30, crops: 0), Pass("c", 30, crops: 9), Pass("d", 90, crops: 9) with { WeightsDigest = "other" }];
        Assert.Equal("c", new PassFinder(passes).Of(Layer("net", "conv", 4))!.Pass);
        Assert.Equal("c", new PassFinder([.. passes.Reverse()]).Of(Layer("renamed", "conv", 4))!.Pass);
    }

    [Fact]
    public void ALayerThatNoPassWentThroughHasNone()
    {
        var finder = new PassFinder([Pass("a", 10, crops: 3)]);
        Assert.Null(finder.Of(Layer("net", "conv_2", 4)));
        Assert.Null(finder.Of(Layer("net", "conv", 5)));
    }

    private static ResponseSummary Pass(string id, long photographs, int crops) => new(
        ResponseSummary.CurrentFormatVersion, id, new(crops, 0), "net", Digest, photographs, 0, [], [], [new("conv", 4, "table", ReceptiveField.Whole(8))]);
}
