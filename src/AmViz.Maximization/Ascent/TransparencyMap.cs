using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>How much the objective looked at each pixel: the absolute gradient, added up over the steps (MACO, Fel et al. 2023, section 3.2).</summary>
/// <param name="coefficients">Their number of images, their type and their device.</param>
/// <param name="size">Height and width of the images in pixels.</param>
internal sealed class TransparencyMap(Tensor coefficients, int size) : IDisposable
{
    // What lies above is opaque: single pixels must not make all others transparent.
    private const double OpaqueFrom = 0.95;

    private readonly Tensor _sum = zeros([coefficients.shape[0], size, size], coefficients.dtype, coefficients.device).DetachFromDisposeScope(); // [N, H, W]
    private Tensor? _watched;    // [N, C, H, W], the images of this step

    /// <summary>What the steps so far add up to, <c>[N, H, W]</c>.</summary>
    public Tensor Sum => _sum;

    /// <summary>Asks for the gradient of <paramref name="images"/>, <c>[N, C, H, W]</c>; before they are used.</summary>
    public void Watch(Tensor images)
    {
        _watched = images;
        if (!images.is_leaf)
        {
            images.retain_grad();
        }
    }

    /// <summary>Adds a step, after its gradients are there.</summary>
    public void Add()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var gradient = _watched!.grad!.abs().mean([1]);
        _sum.add_(gradient, HeldScalars.One);
    }

    /// <summary>Opacity of every pixel of every image, 0 to 1, <c>[N, H, W]</c>: 1 for the twentieth part that was looked at most.</summary>
    public Tensor Opacity()
    {
        using var scope = NewDisposeScope();
        var sorted = _sum.flatten(1).sort(1).Values;
        var opaque = sorted.select(1, (long)(OpaqueFrom * (sorted.shape[1] - 1))).view(-1, 1, 1);
        return (_sum / opaque).clamp_(HeldScalars.Zero, HeldScalars.One).nan_to_num(0, 1, 0).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _sum.Dispose();
}
