using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>Weight and bias of a convolution.</summary>
/// <param name="Weight"><c>[out, in of a group, k, k]</c>, channels-last.</param>
/// <param name="Bias"><c>[out]</c>, or none.</param>
/// <param name="Blocks">The weight over blocks of 2 by 2 pixels, <c>[out, in * 4, 2, 2]</c>; only where the stride is 2 and the convolution is whole.</param>
internal sealed record Kernel(Tensor Weight, Tensor? Bias, Tensor? Blocks) : IDisposable
{
    /// <summary>A 3x3 weight over blocks: a fourth row and column of zeros make it 4x4, that is 2x2 blocks.</summary>
    public static Tensor ToBlocks(Tensor weight)
    {
        (long outputs, long inputs) = (weight.shape[0], weight.shape[1]);
        return F.pad(weight, [0, 1, 0, 1]).reshape(outputs, inputs, 2, 2, 2, 2)
            .permute(0, 1, 3, 5, 2, 4).reshape(outputs, inputs * 4, 2, 2);
    }

    public void Detach()
    {
        Weight.DetachFromDisposeScope();
        Bias?.DetachFromDisposeScope();
        Blocks?.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        Weight.Dispose();
        Bias?.Dispose();
        Blocks?.Dispose();
    }
}
