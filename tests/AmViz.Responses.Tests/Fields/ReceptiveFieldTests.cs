namespace AmViz.Responses.Tests.Fields;

public sealed class ReceptiveFieldTests
{
    [Fact]
    public void ABoxIsCutAtTheBorders()
    {
        var field = new ReceptiveField(new(Size: 7, Stride: 4, Offset: -2), new(Size: 7, Stride: 4, Offset: -2));
        Assert.Equal(new PixelBox(2, 2, 7, 7), field.At(1, 1, 32));
        Assert.Equal(new PixelBox(0, 26, 5, 6), field.At(7, 0, 32));
        Assert.Equal(new PixelBox(0, 0, 32, 32), ReceptiveField.Whole(32).At(3, 5, 32));
    }

    [Fact]
    public void WhatHasNoPlaceSeesTheWholePicture()
        => Assert.Equal(new PixelBox(0, 0, 32, 32), new ReceptiveField(new(8, 8, 0), new(8, 8, 0)).At(-1, -1, 32));

    [Fact]
    public void TokensOfASquareOfPatchesHaveRowsAndColumns()
    {
        var grid = MapGrid.Of(new("block", 8, Height: 17, Width: 1, PrefixTokens: 1, IsTokens: true, []));
        Assert.Equal((-1, -1), grid.Place(0));
        Assert.Equal((1, 2), grid.Place(7));
        Assert.Equal(7, grid.Position(1, 2));
        Assert.Equal((-1, -1), MapGrid.Of(new("block", 8, Height: 12, Width: 1, PrefixTokens: 1, IsTokens: true, [])).Place(11));
    }

    [Fact]
    public void MapsAreCountedRowByRow()
        => Assert.Equal((2, 1), MapGrid.Of(new("conv", 8, Height: 3, Width: 4, PrefixTokens: 0, IsTokens: false, [])).Place(9));
}
