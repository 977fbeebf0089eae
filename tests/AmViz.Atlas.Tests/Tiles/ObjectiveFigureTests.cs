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

    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(7.1942, "7.19")]
    [InlineData(-0.5, "-0.50")]
    [InlineData(0.00321, "3.2e-3")]
    [InlineData(123.456, "123.5")]
    [InlineData(54321.9, "54322")]
    public void PeopleReadThreeDigitsOrSo(double value, string expected) => Assert.Equal(expected, ObjectiveFigure.Of(value));
}
