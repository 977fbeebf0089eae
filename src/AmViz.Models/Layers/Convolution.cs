using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A convolution, whole, in groups of channels or of each channel by itself, before batch-norm.</summary>
/// <param name="name">Its tensors are called <c>name.weight</c> and <c>name.bias</c> unless told otherwise.</param>
/// <param name="input">What it reads.</param>
/// <param name="outputs">Channels it makes.</param>
/// <param name="window">Kernel, stride and padding.</param>
/// <param name="isDepthwise">Whether each channel is convolved by itself.</param>
/// <param name="hasBias">Whether there is a bias.</param>
/// <param name="tensorName">What its tensors are called, if not like the layer.</param>
/// <param name="groups">Equal parts into which the channels are cut, each convolved by itself; of a convolution that is not depthwise.</param>
internal sealed class Convolution(
    string name, Layer input, int outputs, Window window, bool isDepthwise = false, bool hasBias = false, string? tensorName = null, int groups = 1)
    : Layer(name, input)
{
    private const int SmallestForOneDnn = 20480;        // values of a single picture's map, in the same place of ATen

    private const int SomeEvenLength = 1024;

    private Kernel? _own;

    public override int ChannelCount => outputs;

    public string WeightName { get; } = $"{tensorName ?? name}.weight";

    public string BiasName { get; } = $"{tensorName ?? name}.bias";

    public bool HasBias => hasBias;

    public bool IsDepthwise => isDepthwise;

    /// <summary>Whether the file keeps the weight as that of a dense layer, <c>[out, in * rows * columns]</c>.</summary>
    public bool IsStoredFlat { get; init; }

    /// <summary>PyTorch layout: out, in of a group, rows, columns.</summary>
    public long[] WeightShape => [outputs, isDepthwise ? 1 : input.ChannelCount / groups, window.Rows, window.Columns];

    public override IReadOnlyList<TensorSpec> Tensors
        => hasBias ? [new(WeightName, StoredShape), new(BiasName, [outputs])] : [new(WeightName, StoredShape)];

    public override ChannelMap? Map => ChannelMap.Of(input, WeightShape.Skip(1).Aggregate(1L, (product, length) => product * length), WeightName) with { IsWhole = !isDepthwise && groups == 1 };

    private long[] StoredShape => IsStoredFlat ? [outputs, WeightShape[1] * window.Rows * window.Columns] : WeightShape;

    private bool IsPointwise => !isDepthwise && groups == 1 && window.IsPoint;

    private bool HasBorderAtTheEndOnly => window is { Rows: 3, Columns: 3, Stride: 2 } && window.Padding == Padding.Same;     // for even sizes

    private bool WorksOnBlocks => !isDepthwise && groups == 1 && input.ChannelCount == 3 && window is { Stride: 2, Rows: > 2, Columns: > 2 };

    // Zeros above and left of a map of even sides: the same for all of them.
    private (long Top, long Left) FirstZeros => (window.Padding.Zeros(SomeEvenLength, window.Rows, window.Stride).Before, window.Padding.Zeros(SomeEvenLength, window.Columns, window.Stride).Before);

    /// <summary>The kind that a convolution of this form is listed as.</summary>
    public static LayerKind KindOf(Window window, bool isDepthwise)
        => isDepthwise ? LayerKind.DepthwiseConvolution : window is { Rows: 1, Columns: 1 } ? LayerKind.PointwiseConvolution : LayerKind.Convolution;

    public override LayerExtent Extent(int size) => window.On(input.Extent(size));

    public override void Load(WeightsReader reader)
        => _own = Keep(reader, reader.Read(WeightName), hasBias ? reader.Read(BiasName) : null);

    /// <summary>Weight and bias in the form in which they are computed with.</summary>
    public Kernel Keep(WeightsReader reader, Tensor weight, Tensor? bias) => new(
        reader.KeepWeight(IsStoredFlat ? weight.view(WeightShape) : weight),
        bias is null ? null : reader.Keep(bias),
        WorksOnBlocks ? reader.KeepWeight(BlockConvolution.KernelOf(weight, FirstZeros.Top, FirstZeros.Left)) : null,
        isDepthwise && HasBorderAtTheEndOnly ? reader.KeepWeight(Kernel.ToCentred(weight)) : null);

    public override Tensor Compute(ForwardPass pass) => Convolve(pass, _own!);

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels) => ConvolveChannels(pass, _own!, channels);

    public override long MultiplyAddsOfChannel(int size)
    {
        var extent = Extent(size);
        return extent.Height * extent.Width * WeightShape.Skip(1).Aggregate(1L, (product, length) => product * length);
    }

    /// <summary>All channels, <c>[N, out, h, w]</c>.</summary>
    /// <param name="pass">Gives what the input made.</param>
    /// <param name="kernel">Its own, or one with batch-norm folded in.</param>
    public Tensor Convolve(ForwardPass pass, Kernel kernel)
    {
        var x = pass.Value(input);                                                   // [N, in, H, W]
        if (IsPointwise)
        {
            return ConvolvePoints(x, kernel);
        }

        var isEven = x.shape[2] % 2 == 0 && x.shape[3] % 2 == 0;
        if (isEven && kernel.Blocks is not null && (x.device_type == DeviceType.CPU || HasBorderAtTheEndOnly))
        {
            var (top, left) = FirstZeros;
            return BlockConvolution.Of(
                x, kernel.Blocks, kernel.Bias, top, left, window.Padding.Positions((int)x.shape[2], window.Rows, window.Stride), window.Padding.Positions((int)x.shape[3], window.Columns, window.Stride));
        }

        return isEven && kernel.Centred is not null
            ? F.conv2d(x, kernel.Centred, kernel.Bias, [2, 2], padding: [1, 1], groups: outputs)    // saves a copy of x with a border
            : ConvolvePadded(x, kernel.Weight, kernel.Bias, isDepthwise ? outputs : groups);
    }

    /// <summary>One channel for each picture; the arithmetic of the others is saved.</summary>
    /// <param name="pass">Gives what the input made.</param>
    /// <param name="kernel">Its own, or one with batch-norm folded in.</param>
    /// <param name="channels"><c>[N]</c>.</param>
    /// <returns><c>[N, h, w]</c>.</returns>
    public Tensor ConvolveChannels(ForwardPass pass, Kernel kernel, Tensor channels)
    {
        var x = pass.Value(input);                                                   // [N, in, H, W]
        var count = x.shape[0];
        var weight = kernel.Weight.index_select(0, channels);                        // [N, in of a group, k, k]
        var bias = kernel.Bias?.index_select(0, channels);
        if (IsPointwise)
        {
            // Channels innermost, as they lie in memory, so that the gradient comes back in that order too.
            var positions = x.permute(0, 2, 3, 1).flatten(1, 2);                     // [N, H W, in]
            var map = bmm(positions, weight.flatten(1).unsqueeze(2)).view(count, x.shape[2], x.shape[3]);
            return bias is null ? map : map.add(bias.view(-1, 1, 1), HeldScalars.One);
        }

        if (isDepthwise)
        {
            x = input.Pick(x, channels).unsqueeze(1);                                   // [N, 1, H, W]
        }
        else if (groups > 1)
        {
            x = PickGroup(x, channels);                                              // [N, in of a group, H, W]
        }

        // Pictures become groups of one picture, each with its own kernel.
        x = x.reshape(1, -1, x.shape[2], x.shape[3]);
        return ConvolvePadded(x, weight, bias, groups: count).squeeze(0);
    }

    /// <summary>A convolution of single positions.</summary>
    /// <remarks>
    /// Told to spread a window of one pixel, which means nothing, PyTorch leaves it to oneDNN; otherwise one thread makes a matrix product of it
    /// (use_mkldnn in ATen's Convolution.cpp), for which its BLAS has no AVX-512 on processors of AMD. Seen at conv_pw_6: a step takes 0.8 of the time with AVX-512
    /// and 0.93 with AVX2. Of a single small map it makes a convolution that is really spread, which takes longer than the product.
    /// </remarks>
    private static Tensor ConvolvePoints(Tensor x, Kernel kernel) => x.device_type == DeviceType.CPU && (x.shape[0] > 1 || x.NumberOfElements > SmallestForOneDnn)
        ? F.conv2d(x, kernel.Weight, kernel.Bias, [1, 1], padding: [0, 0], dilation: [2, 2])
        : F.conv2d(x, kernel.Weight, kernel.Bias);

    // The inputs of the group of which each picture's channel is one.
    private Tensor PickGroup(Tensor x, Tensor channels)
    {
        long inputs = input.ChannelCount / groups;
        var first = channels.div(HeldScalars.Of((long)(outputs / groups)), RoundingMode.floor).mul(HeldScalars.Of(inputs));
        var picked = first.unsqueeze(1).add(arange(inputs, ScalarType.Int64, x.device), HeldScalars.One);                  // [N, in of a group]
        return x.gather(1, picked.view(-1, inputs, 1, 1).expand(-1, -1, x.shape[2], x.shape[3]));
    }

    private Tensor ConvolvePadded(Tensor x, Tensor weight, Tensor? bias, long groups)
    {
        long[] strides = [window.Stride, window.Stride];
        var zeros = window.Zeros(x);                                                 // left, right, top, bottom
        return zeros[0] == zeros[1] && zeros[2] == zeros[3]
            ? F.conv2d(x, weight, bias, strides, padding: [zeros[2], zeros[0]], groups: groups)
            : F.conv2d(F.pad(x, zeros), weight, bias, strides, groups: groups);
    }
}
