namespace AmViz.Models.Tests.Layers;

public sealed class PaddingTests
{
    /// <summary>Positions of PyTorch's max_pool2d with ceil_mode.</summary>
    [Theory]
    [InlineData(112, 3, 2, 0, 56)]
    [InlineData(111, 3, 2, 0, 55)]
    [InlineData(5, 3, 2, 0, 2)]
    [InlineData(4, 3, 2, 0, 2)]
    [InlineData(2, 3, 2, 0, 1)]
    [InlineData(1, 3, 2, 0, 0)]
    [InlineData(0, 3, 2, 0, 0)]
    [InlineData(1, 2, 2, 0, 1)]
    [InlineData(4, 3, 2, 1, 3)]
    [InlineData(2, 2, 3, 1, 1)]
    public void CeilingLetsTheLastWindowReachOverTheEndButNotBeginThere(int length, int kernel, int stride, int pixels, int positions)
        => Assert.Equal(positions, Padding.Ceiling(pixels).Positions(length, kernel, stride));

    [Fact]
    public void CeilingPadsAtTheEndWhatTheLastWindowNeeds()
    {
        Assert.Equal((0L, 1L), Padding.Ceiling(0).Zeros(4, 3, 2));
        Assert.Equal((0L, 0L), Padding.Ceiling(0).Zeros(5, 3, 2));
        Assert.False(Padding.Ceiling(0).IsNone);
    }
}
