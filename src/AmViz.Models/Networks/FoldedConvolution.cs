using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A convolution with batch-norm folded into it, padded as TensorFlow's SAME.</summary>
/// <param name="unit">Which convolution.</param>
/// <param name="folded">Convolution and batch-norm in one.</param>
/// <param name="bare">The convolution before batch-norm; null where the file has it folded.</param>
internal sealed class FoldedConvolution(ConvolutionUnit unit, Kernel folded, Kernel? bare) : IDisposable
{
    private const int KernelSize = 3;

    public ConvolutionUnit Unit => unit;

    public Kernel Folded => folded;

    public Kernel? Bare => bare;

    /// <summary>Reads the tensors of a unit into the current dispose scope; the arithmetic of folding is float64.</summary>
    public static FoldedConvolution Load(ConvolutionUnit unit, MobileNetV1Plan plan, SafetensorsFile file, Device device, ScalarType type)
    {
        Tensor Keep(Tensor tensor) => tensor.to(type).to(device);
        Tensor KeepWeight(Tensor tensor) => Keep(MobileNetV1.ChannelsLast(tensor));
        bool inBlocks = unit is { Kind: LayerKind.Convolution, Stride: 2 };
        Kernel KeepKernel(Tensor weight, Tensor? bias) => new(
            KeepWeight(weight), bias is null ? null : Keep(bias), inBlocks ? KeepWeight(Kernel.ToBlocks(weight)) : null);

        Tensor kernel = Finite.Read(file, unit.Weight);
        if (plan.Folded)
        {
            return new(unit, KeepKernel(kernel, Finite.Read(file, unit.Bias)), bare: null);
        }

        Tensor[] norm = [.. unit.BatchNorm.Select(name => Finite.Read(file, name).to(ScalarType.Float64))];
        using Scalar epsilon = plan.Epsilon;
        Tensor variance = norm[3].add(epsilon, HeldScalars.One);
        if (variance.min().item<double>() <= 0)
        {
            throw new WeightsFormatException($"Tensor '{unit.BatchNorm[3]}' holds negative variances. The file is damaged; get it again from its source.");
        }

        Tensor scale = norm[0] / variance.sqrt();                                       // [out]
        Tensor folded = kernel.to(ScalarType.Float64) * scale.view(-1, 1, 1, 1);
        return new(unit, KeepKernel(folded, norm[1] - norm[2] * scale), KeepKernel(kernel, bias: null));
    }

    /// <summary>All channels.</summary>
    /// <param name="x"><c>[N, in, H, W]</c>.</param>
    /// <param name="kernel"><see cref="Folded"/> or <see cref="Bare"/>.</param>
    /// <returns><c>[N, out, h, w]</c>.</returns>
    public Tensor Convolve(Tensor x, Kernel kernel)
    {
        if (unit.Kind == LayerKind.PointwiseConvolution)
        {
            return F.conv2d(x, kernel.Weight, kernel.Bias);
        }

        if (kernel.Blocks is not null && x.shape[2] % 2 == 0 && x.shape[3] % 2 == 0)
        {
            return ConvolveBlocks(x, kernel.Blocks, kernel.Bias);
        }

        long groups = unit.Kind == LayerKind.DepthwiseConvolution ? unit.InputChannels : 1;
        return ConvolvePadded(x, kernel.Weight, kernel.Bias, groups);
    }

    /// <summary>One channel for each picture; the arithmetic of the others is saved.</summary>
    /// <param name="x"><c>[N, in, H, W]</c>.</param>
    /// <param name="kernel"><see cref="Folded"/> or <see cref="Bare"/>.</param>
    /// <param name="channels"><c>[N]</c>.</param>
    /// <returns><c>[N, h, w]</c>.</returns>
    public Tensor ConvolveChannels(Tensor x, Kernel kernel, Tensor channels)
    {
        long count = x.shape[0];
        Tensor weight = kernel.Weight.index_select(0, channels);                        // [N, in of a group, k, k]
        Tensor? bias = kernel.Bias?.index_select(0, channels);
        if (unit.Kind == LayerKind.PointwiseConvolution)
        {
            // Channels innermost, as they lie in memory, so that the gradient comes back in that order too.
            Tensor positions = x.permute(0, 2, 3, 1).flatten(1, 2);                     // [N, H W, in]
            Tensor map = bmm(positions, weight.flatten(1).unsqueeze(2)).view(count, x.shape[2], x.shape[3]);
            return bias is null ? map : map.add(bias.view(-1, 1, 1), HeldScalars.One);
        }

        if (unit.Kind == LayerKind.DepthwiseConvolution)
        {
            Tensor picked = channels.view(-1, 1, 1, 1).expand(-1, 1, x.shape[2], x.shape[3]);
            x = x.gather(1, picked);                                                    // [N, 1, H, W]
        }

        // Pictures become groups of one picture, each with its own kernel.
        x = x.reshape(1, -1, x.shape[2], x.shape[3]);
        return ConvolvePadded(x, weight, bias, groups: count).squeeze(0);
    }

    /// <summary>Lets the weights outlive the dispose scope they were loaded in.</summary>
    public void Detach()
    {
        folded.Detach();
        bare?.Detach();
    }

    public void Dispose()
    {
        folded.Dispose();
        bare?.Dispose();
    }

    /// <summary>The same convolution over blocks of 2 by 2 pixels: 3 channels at stride 2 become 12 channels at stride 1.</summary>
    /// <remarks>
    /// Libraries compute the gradient of a strided convolution with three input channels poorly: this takes 0.7 instead of
    /// 1.9 ms of one core at 224 px. SAME pads even sizes at the end only, so the blocks fall on even places.
    /// </remarks>
    private static Tensor ConvolveBlocks(Tensor x, Tensor weight, Tensor? bias)
    {
        (long count, long channels, long height, long width) = (x.shape[0], x.shape[1], x.shape[2] / 2, x.shape[3] / 2);
        Tensor blocks = x.reshape(count, channels, height, 2, width, 2).permute(0, 1, 3, 5, 2, 4)
            .reshape(count, channels * 4, height, width);                               // [N, 12, H/2, W/2]
        return F.conv2d(MobileNetV1.ChannelsLast(F.pad(blocks, [0, 1, 0, 1])), weight, bias);
    }

    private Tensor ConvolvePadded(Tensor x, Tensor weight, Tensor? bias, long groups)
    {
        (long top, long bottom) = SamePadding(x.shape[2], unit.Stride);
        (long left, long right) = SamePadding(x.shape[3], unit.Stride);
        long[] strides = [unit.Stride, unit.Stride];
        return top == bottom && left == right
            ? F.conv2d(x, weight, bias, strides, padding: [top, left], groups: groups)
            : F.conv2d(F.pad(x, [left, right, top, bottom]), weight, bias, strides, groups: groups);
    }

    /// <summary>Zeros that TensorFlow's SAME puts before and after a line of <paramref name="length"/> for a 3x3 kernel.</summary>
    /// <remarks>In all max((ceil(n / s) - 1) s + k - n, 0), the odd one at the end (TensorFlow, "Notes on padding").</remarks>
    internal static (long Before, long After) SamePadding(long length, int stride)
    {
        long total = Math.Max(((length + stride - 1) / stride - 1) * stride + KernelSize - length, 0);
        return (total / 2, total - total / 2);
    }
}
