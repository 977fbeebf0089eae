using AmViz.Sweeps;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Parameterizations;

[Collection(TorchTests.Name)]
public sealed class FixedMagnitudeImageTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(45)]
    public void MagnitudeIsMetAtEveryFrequencyWhateverThePhases(int size)
    {
        using var scope = NewDisposeScope();
        using var generator = new ImageGenerator(HandSetNetwork.Task("l", 0));
        using var image = new FixedMagnitudeImage(Recipes.Maco with { Size = size }, Colours(Recipes.Maco), [generator], CPU, ScalarType.Float32);
        using var frozen = no_grad();
        image.Coefficients.mul_(17.0f);

        var magnitude = fft.rfft2(image.ToPlanes(), norm: FFTNormType.Ortho).abs()[0];

        var error = ((magnitude - image.Magnitude).abs().max() / image.Magnitude.max()).item<float>();
        Assert.InRange(error, 0, 1e-5f);
    }

    [Fact]
    public void PlanesHaveMeanZeroAndDeviationOne()
    {
        using var scope = NewDisposeScope();
        using var generator = new ImageGenerator(HandSetNetwork.Task("l", 0));
        using var image = new FixedMagnitudeImage(Recipes.Maco with { Size = 64 }, Colours(Recipes.Maco), [generator], CPU, ScalarType.Float32);

        var planes = image.ToPlanes();

        Assert.Equal(0, planes.mean().item<float>(), 1e-5f);
        Assert.Equal(1, planes.pow(HeldScalars.Two).mean().sqrt().item<float>(), 1e-3f);
        Assert.InRange(image.ToImages().min().item<float>(), 0f, 1f);
        Assert.InRange(image.ToImages().max().item<float>(), 0f, 1f);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(1.3)]
    public void LawFallsWithItsExponent(double decay)
    {
        using var scope = NewDisposeScope();

        var magnitude = NaturalMagnitude.Of(new() { Decay = decay }, 64, [0, 1, 2]);

        Assert.Equal(Math.Pow(2, decay), magnitude[1, 4, 0].item<double>() / magnitude[1, 8, 0].item<double>(), 1e-9);
        Assert.Equal(magnitude[0, 3, 4].item<double>(), magnitude[2, 64 - 3, 4].item<double>(), 1e-9);
        Assert.Equal(0, magnitude[0, 0, 0].item<double>());
    }

    [Fact]
    public void ProfileOfPhotographsFollowsTheirMagnitude()
    {
        using var scope = NewDisposeScope();
        const double decay = 1.2;
        var photographs = Enumerable.Range(0, 6).Select(seed =>
        {
            using var generator = new ImageGenerator(HandSetNetwork.Task("photograph", seed));
            using var image = new FixedMagnitudeImage(Recipes.Maco with { Size = 128, SpectrumGain = 0.5, Magnitude = new() { Decay = decay } }, Colours(Recipes.Maco), [generator], CPU, ScalarType.Float32);
            return image.ToImages().data<float>().ToArray();
        }).ToArray();

        var profile = NaturalMagnitude.Measure(photographs, 128);
        var measured = NaturalMagnitude.Of(new() { Profile = profile }, 128, [0, 1, 2]);
        var expected = NaturalMagnitude.Of(new() { Decay = decay }, 128, [0, 1, 2]);

        Assert.Equal(3 * MagnitudeSettings.ProfileLength, profile.Count);
        foreach (var (row, column) in new[] { (4, 4), (10, 3), (0, 20), (30, 30) })
        {
            Assert.InRange(measured[0, row, column].item<double>() / expected[0, row, column].item<double>(), 0.8, 1.25);
        }
    }

    private static ColourMap Colours(RenderRecipe recipe) => ColourMap.Of(recipe, new HandSetNetwork().Description, CPU, ScalarType.Float32);
}
