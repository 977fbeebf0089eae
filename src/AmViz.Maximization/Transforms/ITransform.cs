using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>One stochastic robustness transform, part of tau in Algorithm 1.</summary>
/// <remarks>Differentiable, one kernel for the whole batch, every image moved by its own draw.</remarks>
internal interface ITransform
{
    /// <summary>Uniform draws in [0, 1) that one image needs for one step.</summary>
    int DrawCount { get; }

    /// <summary>Transforms <paramref name="images"/>.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="draws">Draws of each image, <c>[N][DrawCount]</c>.</param>
    Tensor Apply(Tensor images, ReadOnlySpan<float[]> draws);
}
