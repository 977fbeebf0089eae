using AmViz.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Network;

/// <summary>A convolution with what follows it: batch-norm and ReLU6.</summary>
internal sealed record ConvolutionStage(string Name, Conv2d Convolution, BatchNorm2d BatchNorm)
{
    /// <summary><c>[N, C, H, W]</c> to <c>[N, C', ceil(H / stride), ceil(W / stride)]</c>.</summary>
    public Tensor Apply(Tensor x) => nn.functional.relu6(BatchNorm.forward(Convolution.forward(PadSame(x))));

    // TensorFlow SAME: as much padding as the output needs, and where it is odd, the larger half right and below.
    private Tensor PadSame(Tensor x)
    {
        long kernel = Convolution.kernel_size[0], stride = Convolution.stride[0];
        if (kernel == 1)
            return x;

        long down = Padding(x.shape[2], kernel, stride), right = Padding(x.shape[3], kernel, stride);
        return nn.functional.pad(x, [right / 2, right - right / 2, down / 2, down - down / 2]);
    }

    private static long Padding(long length, long kernel, long stride)
    {
        long outputs = (length + stride - 1) / stride;
        return Math.Max(0, (outputs - 1) * stride + kernel - length);
    }
}
