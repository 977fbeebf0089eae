using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Tests.Tiles;

public sealed class ObjectiveFigureTests
{
    [Theory]
    [InlineData(7.1942f, 7.19f)]
    [InlineData(-54321.9f, -54300f)]
    [InlineData(0.0032149f, 0.00321f)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void AChartHasThreeDigits(float value, float expected) => Assert.Equal(expected, ObjectiveFigure.Rounded(value));
}
