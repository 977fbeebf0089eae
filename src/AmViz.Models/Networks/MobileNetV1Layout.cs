namespace AmViz.Models;

/// <summary>A convolution of the network with its batch-norm and ReLU6.</summary>
/// <param name="Name">As Keras calls it, and as its tensors are called.</param>
/// <param name="Kind">Whole, depthwise or pointwise.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="InputChannels">Channels it reads.</param>
/// <param name="OutputChannels">Channels it makes.</param>
/// <param name="Reduction">Picture pixels a position of its result, in each direction.</param>
internal sealed record ConvolutionUnit(string Name, LayerKind Kind, int Stride, int InputChannels, int OutputChannels, int Reduction)
{
    public string Weight { get; } = $"{Name}.weight";

    public string Bias { get; } = $"{Name}.bias";

    public string NormalizedName { get; } = $"{Name}_bn";

    public string ActivatedName { get; } = $"{Name}_relu";

    /// <summary>Whether <paramref name="layer"/> is one of this convolution's taps.</summary>
    public bool Makes(string layer) => layer == Name || layer == NormalizedName || layer == ActivatedName;

    /// <summary>PyTorch layout: out, in of a group, rows, columns.</summary>
    public long[] WeightShape => Kind switch
    {
        LayerKind.PointwiseConvolution => [OutputChannels, InputChannels, 1, 1],
        LayerKind.DepthwiseConvolution => [OutputChannels, 1, 3, 3],
        _ => [OutputChannels, InputChannels, 3, 3],
    };

    /// <summary>The tensors of this unit with their shapes, the kernel first.</summary>
    public IEnumerable<(string Name, long[] Shape)> Tensors(bool folded)
    {
        yield return (Weight, WeightShape);
        string[] vectors = folded ? [Bias] : [.. BatchNorm];
        foreach (string vector in vectors)
        {
            yield return (vector, [OutputChannels]);
        }
    }

    /// <summary>Scale, shift, mean and variance of separate batch-norm.</summary>
    public IReadOnlyList<string> BatchNorm =>
        [$"{NormalizedName}.weight", $"{NormalizedName}.bias", $"{NormalizedName}.running_mean", $"{NormalizedName}.running_var"];
}

/// <summary>The body of MobileNetV1 (Howard et al. 2017, Table 1) at a width, with the names of the Keras applications.</summary>
internal static class MobileNetV1Layout
{
    public const string Logits = "logits";

    /// <summary>What Keras calls the last convolution, whose values are the logits.</summary>
    public const string Predictions = "conv_preds";

    private const int FirstChannels = 32;

    // Output channels at width 1 and stride of each depthwise-separable block (Table 1 of the paper, top to bottom).
    private static readonly (int Channels, int Stride)[] Blocks =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1),
        (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    /// <summary>The 27 convolutions, in order.</summary>
    public static IReadOnlyList<ConvolutionUnit> Units(double width)
    {
        int reduction = 2;
        int channels = Scaled(FirstChannels, width);
        var units = new List<ConvolutionUnit> { new("conv1", LayerKind.Convolution, 2, 3, channels, reduction) };
        for (int block = 1; block <= Blocks.Length; block++)
        {
            (int baseChannels, int stride) = Blocks[block - 1];
            reduction *= stride;
            int next = Scaled(baseChannels, width);
            units.Add(new($"conv_dw_{block}", LayerKind.DepthwiseConvolution, stride, channels, channels, reduction));
            units.Add(new($"conv_pw_{block}", LayerKind.PointwiseConvolution, 1, channels, next, reduction));
            channels = next;
        }

        return units;
    }

    /// <summary>The layers that can be drawn of a convolution.</summary>
    public static IEnumerable<LayerShape> Shapes(ConvolutionUnit unit, bool folded)
    {
        if (!folded)
        {
            yield return new LayerShape(unit.Name, unit.Kind, unit.OutputChannels, unit.Reduction, IsDefaultTap: false);
        }

        yield return new LayerShape(unit.NormalizedName, LayerKind.BatchNormalization, unit.OutputChannels, unit.Reduction, IsDefaultTap: true);
        yield return new LayerShape(unit.ActivatedName, LayerKind.Activation, unit.OutputChannels, unit.Reduction, IsDefaultTap: false);
    }

    /// <summary>Shapes of the two tensors behind the logits.</summary>
    public static IEnumerable<(string Name, long[] Shape)> HeadTensors(int channels, int classes) =>
        [($"{Predictions}.weight", [classes, channels, 1, 1]), ($"{Predictions}.bias", [classes])];

    // Keras: int(filters * alpha).
    private static int Scaled(int channels, double width) => Math.Max(1, (int)(channels * width));
}
