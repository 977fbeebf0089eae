using AmViz.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Images parameterized by their own pixels (equation 2 of the paper): the baseline, which ends in high-frequency noise.</summary>
internal sealed class PixelImage : IImageParameterization
{
    private const double MidGrey = 0.5;

    private readonly ColourMap _colours;

    /// <summary>Draws mid-grey with a little noise for every image, each from its own generator.</summary>
    /// <param name="recipe">Its size and deviation.</param>
    /// <param name="colours">From planes to the channels of the pictures; disposed of with this.</param>
    /// <param name="generators">One an image.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">float32 or float64.</param>
    public PixelImage(RenderRecipe recipe, ColourMap colours, IReadOnlyList<ImageGenerator> generators, Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        _colours = colours;
        long[] shape = [colours.PlaneCount, recipe.Size, recipe.Size];
        var draws = generators.Select(generator => generator.Normal(shape)).ToArray();
        using Scalar deviation = recipe.InitialDeviation;
        using Scalar grey = MidGrey;
        Coefficients = new Parameter(stack(draws).mul_(deviation).add_(grey, HeldScalars.One).clamp_(HeldScalars.Zero, HeldScalars.One).to(dtype).to(device));
        Coefficients.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Parameter Coefficients { get; }

    /// <inheritdoc/>
    public Tensor ToImages() => _colours.Apply(Coefficients);

    /// <inheritdoc/>
    public void Project() => Coefficients.clamp_(HeldScalars.Zero, HeldScalars.One);

    /// <inheritdoc/>
    public void Dispose()
    {
        Coefficients.Dispose();
        _colours.Dispose();
    }
}
