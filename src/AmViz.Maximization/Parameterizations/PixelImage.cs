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
        Coefficients = new Parameter(stack(draws).mul_(recipe.InitialDeviation).add_(MidGrey).clamp_(0, 1).to(dtype).to(device));
        Coefficients.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Parameter Coefficients { get; }

    /// <inheritdoc/>
    public Tensor ToImages() => Coefficients;

    /// <inheritdoc/>
    public void Project() => Coefficients.clamp_(0, 1);

    /// <inheritdoc/>
    public void Dispose() => Coefficients.Dispose();
}
