using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Tests.Tiles;

public sealed class ObjectiveFigureTests
{
    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(7.1942, "7.19")]
    [InlineData(-0.5, "-0.50")]
    [InlineData(0.00321, "3.2e-3")]
    [InlineData(123.456, "123.5")]
    [InlineData(54321.9, "54322")]
    public void ThreeDigitsOrSo(double value, string expected) => Assert.Equal(expected, ObjectiveFigure.Of(value));
}
