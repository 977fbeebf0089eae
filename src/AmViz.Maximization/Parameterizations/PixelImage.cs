using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Images parameterized by their own pixels (equation 2 of the paper): the baseline, which ends in high-frequency noise.</summary>
internal sealed class PixelImage : IImageParameterization
{
    private const double MidGrey = 0.5;

    /// <summary>Draws mid-grey with a little noise for every image, each from its own generator.</summary>
    public PixelImage(RenderRecipe recipe, IReadOnlyList<ImageGenerator> generators, Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        long[] shape = [3, recipe.Size, recipe.Size];
        var draws = generators.Select(generator => generator.Normal(shape)).ToArray();
        using Scalar deviation = recipe.InitialDeviation;
        using Scalar grey = MidGrey;
        Coefficients = new Parameter(stack(draws).mul_(deviation).add_(grey, HeldScalars.One).clamp_(HeldScalars.Zero, HeldScalars.One).to(dtype).to(device));
        Coefficients.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Parameter Coefficients { get; }

    /// <inheritdoc/>
    public Tensor ToImages() => Coefficients;

    /// <inheritdoc/>
    public void Project() => Coefficients.clamp_(HeldScalars.Zero, HeldScalars.One);

    /// <inheritdoc/>
    public void Dispose() => Coefficients.Dispose();
}
