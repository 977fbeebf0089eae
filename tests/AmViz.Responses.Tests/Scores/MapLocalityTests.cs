namespace AmViz.Responses.Tests.Scores;

public sealed class MapLocalityTests
{
    [Fact]
    public void OnePlaceAloneIsOneAndAllAlikeAreNothing()
    {
        Assert.Equal(1, MapLocality.Of([0, 0, 5, 0], 0)!.Value, 1e-9);
        Assert.Equal(0, MapLocality.Of([5, 5, 5, 5], 0)!.Value, 1e-9);
    }

    [Fact]
    public void TheFormulaIsVinjeAndGallants()
        => Assert.Equal((1 - (36.0 / (4 * 14))) / (1 - 0.25), MapLocality.Of([1, 2, 3, 0], 0)!.Value, 1e-9);

    [Fact]
    public void WhatLiesBelowTheFloorIsNoResponse()
    {
        Assert.Equal(MapLocality.Of([1, 2, 0, 0], 0), MapLocality.Of([11, 12, 10, -50], 10));
        Assert.True(MapLocality.Of([11, 12, 10, 10], 10) > MapLocality.Of([11, 12, 10, 10], 0));
    }

    [Fact]
    public void WhereNothingRespondsNothingIsSaid()
    {
        Assert.Null(MapLocality.Of([1, 1, 1], 2));
        Assert.Null(MapLocality.Of([7], 0));
        Assert.Null(MapLocality.Of([1, float.PositiveInfinity], 0));
        Assert.Null(MapLocality.Of([1, float.NaN], 0));
    }
}
