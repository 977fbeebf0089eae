using AmViz.Responses;

namespace AmViz.Storage.Tests.Responses;

public sealed class PassFinderTests
{
    [Fact]
    public void OfThePassesOfTheSameWeightsThroughALayerTheOneWithMostPhotographsIsChosen()
    {
        ResponseSummary[] passes = [Pass("a", 10, crops: 3), Pass("b", 30, crops: 0), Pass("c", 30, crops: 9), Pass("d", 90, crops: 9) with { WeightsDigest = "other" }];
        Assert.Equal("c", new PassFinder(passes).Of("f00d", "conv", 4)!.Pass);
        Assert.Equal("c", new PassFinder([.. passes.Reverse()]).Of("f00d", "conv", 4)!.Pass);
    }

    [Fact]
    public void ALayerThatNoPassWentThroughHasNone()
    {
        var finder = new PassFinder([Pass("a", 10, crops: 3)]);
        Assert.Null(finder.Of("f00d", "conv_2", 4));
        Assert.Null(finder.Of("f00d", "conv", 5));
    }

    private static ResponseSummary Pass(string id, long photographs, int crops) => new(
        ResponseSummary.CurrentFormatVersion, id, new(crops, 0), "net", "f00d", photographs, 0, [], [], [new("conv", 4, "table", ReceptiveField.Whole(8))]);
}
