using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>Weight and bias of a convolution.</summary>
/// <param name="Weight"><c>[out, in of a group, rows, columns]</c>, channels-last.</param>
/// <param name="Bias"><c>[out]</c>, or none.</param>
/// <param name="Blocks">The weight over blocks of 2 by 2 pixels, see <see cref="AmViz.Weights.BlockConvolution"/>; only where the stride is 2 and pixels are convolved whole.</param>
/// <param name="Centred">The weight with zeros before its first row and column, <c>[out, 1, 4, 4]</c>; only where the stride is 2 and the convolution is depthwise.</param>
internal sealed record Kernel(Tensor Weight, Tensor? Bias, Tensor? Blocks, Tensor? Centred)
{
    /// <summary>A 3x3 weight as a 4x4 one that needs a border on every side where SAME has one at the end only.</summary>
    public static Tensor ToCentred(Tensor weight) => F.pad(weight, [1, 0, 1, 0]);

    /// <summary>The same values, channels innermost in memory: TorchSharp has no memory_format argument, permuting does it.</summary>
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
