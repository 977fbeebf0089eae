using CsCheck;

namespace AmViz.Maximization.Tests.Attacks;

public sealed class GreyLevelsTests
{
    [Theory]
    [InlineData(0.01, 2)]
    [InlineData(0.03, 7)]
    [InlineData(0.05, 12)]
    [InlineData(1 / 255d, 1)]
    [InlineData(4 / 255d, 4)]
    [InlineData(0.0039, 0)]
    [InlineData(1, 255)]
    public void EpsilonIsRoundedDownToWholeLevels(double epsilon, int expected) => Assert.Equal(expected, GreyLevels.Within(epsilon));

    [Fact]
    public void ManyLevelsAreWithinEpsilonAndOneMoreIsNot()
        => Gen.Double[1e-6, 1].Sample(epsilon =>
        {
            var levels = GreyLevels.Within(epsilon);
            return levels / 255d <= epsilon && (levels + 1) / 255d > epsilon;
        });

    [Fact]
    public void EveryFractionOf255IsThatManyLevels()
        => Assert.All(Enumerable.Range(1, 255), levels => Assert.Equal(levels, GreyLevels.Within(levels / 255d)));
}
