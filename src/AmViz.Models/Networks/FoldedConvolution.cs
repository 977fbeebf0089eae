using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A convolution with batch-norm folded into it, padded as TensorFlow's SAME.</summary>
internal sealed class FoldedConvolution : IDisposable
{
    private const int Kernel = 3;

    private readonly Tensor weight;      // [out, in of a group, k, k], channels-last
    private readonly Tensor bias;        // [out]
    private readonly Tensor? bareWeight; // as weight, before folding; null where the file has it folded

    private FoldedConvolution(ConvolutionUnit unit, Tensor weight, Tensor bias, Tensor? bareWeight)
    {
        Unit = unit;
        this.weight = weight;
        this.bias = bias;
        this.bareWeight = bareWeight;
    }

    public ConvolutionUnit Unit { get; }

    /// <summary>Reads the tensors of a unit into the current dispose scope; the arithmetic of folding is float64.</summary>
    public static FoldedConvolution Load(ConvolutionUnit unit, MobileNetV1Plan plan, SafetensorsFile file, Device device, ScalarType type)
    {
        Tensor Keep(Tensor tensor) => tensor.to(type).to(device);
        Tensor KeepKernel(Tensor tensor) => Keep(MobileNetV1.ChannelsLast(tensor));

        Tensor kernel = Finite.Read(file, unit.Weight);
        if (plan.Folded)
        {
            return new FoldedConvolution(unit, KeepKernel(kernel), Keep(Finite.Read(file, unit.Bias)), bareWeight: null);
        }

        Tensor[] norm = [.. unit.BatchNorm.Select(name => Finite.Read(file, name).to(ScalarType.Float64))];
        Tensor variance = norm[3] + plan.Epsilon;
        if (variance.min().item<double>() <= 0)
        {
            throw new WeightsFormatException($"Tensor '{unit.BatchNorm[3]}' holds negative variances. The file is damaged; get it again from its source.");
        }

        Tensor scale = norm[0] / variance.sqrt();                                       // [out]
        Tensor folded = kernel.to(ScalarType.Float64) * scale.view(-1, 1, 1, 1);
        return new FoldedConvolution(unit, KeepKernel(folded), Keep(norm[1] - norm[2] * scale), KeepKernel(kernel));
    }

    /// <summary>After batch-norm, before ReLU6.</summary>
    public Tensor Normalized(Tensor x) => Convolve(x, weight, bias);

    /// <summary>Before batch-norm; only where the weights keep it separate.</summary>
    public Tensor Bare(Tensor x) => Convolve(x, bareWeight!, bias: null);

    /// <summary>Lets the weights outlive the dispose scope they were loaded in.</summary>
    public void Detach()
    {
        weight.DetachFromDisposeScope();
        bias.DetachFromDisposeScope();
        bareWeight?.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        weight.Dispose();
        bias.Dispose();
        bareWeight?.Dispose();
    }

    private Tensor Convolve(Tensor x, Tensor kernel, Tensor? bias)
    {
        long groups = Unit.Kind == LayerKind.DepthwiseConvolution ? Unit.InputChannels : 1;
        if (Unit.Kind == LayerKind.PointwiseConvolution)
        {
            return F.conv2d(x, kernel, bias);
        }

        (long rowPadding, long rowsOff) = SamePadding(x.shape[2], Unit.Stride);
        (long columnPadding, long columnsOff) = SamePadding(x.shape[3], Unit.Stride);
        Tensor y = F.conv2d(x, kernel, bias, strides: [Unit.Stride, Unit.Stride], padding: [rowPadding, columnPadding], groups: groups);
        y = rowsOff == 0 ? y : y.narrow(2, rowsOff, y.shape[2] - rowsOff);
        return columnsOff == 0 ? y : y.narrow(3, columnsOff, y.shape[3] - columnsOff);
    }

    /// <summary>Symmetric padding of a 3x3 kernel, and how many leading results to drop, that together equal SAME.</summary>
    /// <remarks>
    /// SAME adds max((ceil(n / s) - 1) s + k - n, 0) zeros, the odd one at the end (TensorFlow, "Notes on padding"). At
    /// stride 2 that is one zero at each end for odd n, but for even n a single one at the end. Two at each end give the
    /// same windows shifted by one, and one window more in front: computing and dropping it is cheaper than copying the
    /// whole input into a padded one.
    /// </remarks>
    internal static (long Padding, long Dropped) SamePadding(long length, int stride)
    {
        long total = Math.Max(((length + stride - 1) / stride - 1) * stride + Kernel - length, 0);
        return total == 1 ? (2, 1) : (total / 2, 0);
    }
}
