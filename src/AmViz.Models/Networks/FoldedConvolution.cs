using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>Weight and bias of a convolution.</summary>
/// <param name="Weight"><c>[out, in of a group, k, k]</c>, channels-last.</param>
/// <param name="Bias"><c>[out]</c>, or none.</param>
internal sealed record Kernel(Tensor Weight, Tensor? Bias) : IDisposable
{
    public void Detach()
    {
        Weight.DetachFromDisposeScope();
        Bias?.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        Weight.Dispose();
        Bias?.Dispose();
    }
}

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
        Tensor KeepKernel(Tensor tensor) => Keep(MobileNetV1.ChannelsLast(tensor));

        Tensor kernel = Finite.Read(file, unit.Weight);
        if (plan.Folded)
        {
            return new(unit, new(KeepKernel(kernel), Keep(Finite.Read(file, unit.Bias))), bare: null);
        }

        Tensor[] norm = [.. unit.BatchNorm.Select(name => Finite.Read(file, name).to(ScalarType.Float64))];
        Tensor variance = norm[3] + plan.Epsilon;
        if (variance.min().item<double>() <= 0)
        {
            throw new WeightsFormatException($"Tensor '{unit.BatchNorm[3]}' holds negative variances. The file is damaged; get it again from its source.");
        }

        Tensor scale = norm[0] / variance.sqrt();                                       // [out]
        Tensor folded = kernel.to(ScalarType.Float64) * scale.view(-1, 1, 1, 1);
        return new(unit, new(KeepKernel(folded), Keep(norm[1] - norm[2] * scale)), new(KeepKernel(kernel), Bias: null));
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
            return bias is null ? map : map + bias.view(-1, 1, 1);
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
