using AmViz.Sweeps;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Parameterizations;

[Collection(TorchTests.Name)]
public sealed class FourierImageTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(47)]
    [InlineData(96)]
    public void ImagesLieBetweenZeroAndOneAtEverySize(int size)
    {
        using var scope = NewDisposeScope();
        using var image = Drawn(Recipes.Paper with { Size = size, InitialDeviation = 10 });

        var pixels = image.ToImages();

        Assert.Equal([1, 3, size, size], pixels.shape);
        Assert.InRange(pixels.min().item<float>(), 0f, 1f);
        Assert.InRange(pixels.max().item<float>(), 0f, 1f);
        Assert.True(pixels.std().item<float>() > 0.01);
    }

    [Fact]
    public void NoSpectrumIsMidGrey()
    {
        using var scope = NewDisposeScope();
        using var image = Drawn(Recipes.Paper with { Size = 32, InitialDeviation = 0 });

        Assert.True((image.ToImages() == 0.5).all().item<bool>());
    }

    [Fact]
    public void CoefficientIsDividedByItsFrequency()
    {
        // A coefficient of frequency f makes a wave of amplitude proportional to 1/f; twice the frequency, half the amplitude.
        var slow = AmplitudeOf(row: 0, column: 2);
        var fast = AmplitudeOf(row: 0, column: 4);
        var diagonal = AmplitudeOf(row: 3, column: 4);

        Assert.Equal(slow / 2, fast, slow * 1e-4);
        Assert.Equal(slow * 2 / 5, diagonal, slow * 1e-4);
    }

    [Fact]
    public void AmplitudeIsThatOfTheUnitaryTransform()
    {
        // Real part 1 at 2 waves a picture of 32: 2 (it and its mirror) / 32 (unitary) * 0.25 (gain) / (2 / 32) (frequency).
        Assert.Equal(2 / 32.0 * 0.25 * 16, AmplitudeOf(row: 0, column: 2), 1e-4);
    }

    [Fact]
    public void FirstColourIsNearlyGreyAndTheOthersAreColourful()
    {
        using var scope = NewDisposeScope();
        var matrix = ColourDecorrelation.Matrix(CPU, ScalarType.Float64);

        // The columns are the axes: 0.26, 0.27, 0.27 of nearly equal parts, scaled so that the longest has length 1.
        Assert.Equal(1, matrix.select(1, 0).pow(HeldScalars.Two).sum().item<double>(), 1e-9);
        Assert.Equal(0.26 / Math.Sqrt(0.26 * 0.26 + 2 * 0.27 * 0.27), matrix[0, 0].item<double>(), 1e-9);
        Assert.True(matrix[0, 1].item<double>() > 0 && matrix[2, 1].item<double>() < 0);
    }

    [Fact]
    public void EachImageDrawsFromItsOwnGenerator()
    {
        using var scope = NewDisposeScope();
        using var a = new ImageGenerator(HandSetNetwork.Task("l", 0));
        using var b = new ImageGenerator(HandSetNetwork.Task("l", 1));
        using var again = new ImageGenerator(HandSetNetwork.Task("l", 1));
        using var both = new FourierImage(Recipes.Paper with { Size = 32 }, Colours(Recipes.Paper), [a, b], CPU, ScalarType.Float32);
        using var alone = new FourierImage(Recipes.Paper with { Size = 32 }, Colours(Recipes.Paper), [again], CPU, ScalarType.Float32);

        Assert.True((both.Coefficients[1] == alone.Coefficients[0]).all().item<bool>());
        Assert.False((both.Coefficients[0] == alone.Coefficients[0]).all().item<bool>());
    }

    private static FourierImage Drawn(RenderRecipe recipe)
    {
        using var generator = new ImageGenerator(HandSetNetwork.Task("l", 0));
        return new FourierImage(recipe, Colours(recipe), [generator], CPU, ScalarType.Float32);
    }

    /// <summary>Amplitude of the wave that one coefficient makes, before the sigmoid, without colours.</summary>
    private static double AmplitudeOf(int row, int column)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var image = Drawn(Recipes.Paper with { Size = 32, InitialDeviation = 0, DecorrelatedColour = false });
        image.Coefficients[0, 0, row, column, 0] = 1;
        return image.ToImages()[0, 0].to(ScalarType.Float64).logit().max().item<double>();
    }

    private static ColourMap Colours(RenderRecipe recipe) => ColourMap.Of(recipe, new HandSetNetwork().Description, CPU, ScalarType.Float32);
}
