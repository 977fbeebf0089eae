using AmViz.Models;
using AmViz.Networks;

namespace AmViz.Maximization.Tests.Attacks;

public sealed class AttackSettingsTests
{
    [Theory]
    [InlineData("resnet_v2", 0.01)]
    [InlineData("mobilenet_v1", 0.01)]
    [InlineData("vit", 0.05)]
    public void DefaultsAreThoseOfTable2(string architecture, double epsilon)
    {
        using var network = new HandSetNetwork();

        var settings = AttackSettings.For(network.Description with { Architecture = architecture });

        Assert.Equal((epsilon, 0.01, 1e-4, 30), (settings.Epsilon, settings.Alpha, settings.Lambda, settings.Steps));
        Assert.Empty(settings.Problems());
    }

    [Fact]
    public void EveryTransformerOfTheRegistryTakesTheRowOfTheTransformer()
    {
        using var network = new HandSetNetwork();
        var transformers = NetworkCatalogue.Architectures.Where(architecture => architecture.Title.Contains("Transformer", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(transformers);
        Assert.All(transformers, architecture => Assert.Equal(AttackSettings.Transformer, AttackSettings.For(network.Description with { Architecture = architecture.Architecture })));
    }

    [Fact]
    public void EverythingThatIsWrongIsToldAtOnce()
    {
        var settings = new AttackSettings { Epsilon = 0.003, Alpha = 0, Lambda = double.NaN, Steps = 7, MaxSteps = 6 };
        Assert.Collection(
            settings.Problems(),
            problem => Assert.StartsWith("epsilon: 0.003 is less than one grey level", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("alpha: 0 is out of range", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("lambda: NaN is out of range", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("max-steps: 6 is less than the 7", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void AnEpsilonOutsideOfThePixelsIsRefused(double epsilon)
        => Assert.StartsWith("epsilon: ", Assert.Single(new AttackSettings { Epsilon = epsilon }.Problems()), StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(30, 0.01)]
    [InlineData(90, 0.01)]
    [InlineData(91, 0.02)]
    [InlineData(120, 0.02)]
    [InlineData(121, 0.04)]
    [InlineData(300, 1.28)]
    public void StepsGrowWhereMoreOfThemDidNotHelp(int step, double expected)
        => Assert.Equal(expected, new AttackSettings().AlphaAt(step), 12);
}
