using System.Globalization;
using AmViz.Models;

namespace AmViz.TextureNet.Network;

/// <summary>One depthwise-separable block of MobileNetV1.</summary>
/// <param name="Number">1 to 13, as in the names <c>conv_dw_N</c> and <c>conv_pw_N</c>.</param>
/// <param name="Input">Channels that come in.</param>
/// <param name="Output">Channels that go out.</param>
/// <param name="Stride">Of the depthwise convolution.</param>
internal sealed record SeparableBlock(int Number, int Input, int Output, int Stride);

/// <summary>The layers of MobileNetV1 at some width (Howard et al. 2017, arXiv 1704.04861, table 1; layer names of Keras applications).</summary>
/// <param name="Width">Factor on every channel count; 1 is the network of the paper.</param>
/// <param name="ClassCount">Number of logits.</param>
internal sealed record MobileNetShape(double Width, int ClassCount) : NetworkShape(ClassCount)
{
    private static readonly (int Output, int Stride)[] FullWidth =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1),
        (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    /// <summary>Channels of <c>conv1</c>.</summary>
    public int Stem => Scale(32);

    /// <summary>Channels of the last block, which the classifier reads.</summary>
    public int Features => Scale(1024);

    /// <summary>The thirteen blocks in order.</summary>
    public IReadOnlyList<SeparableBlock> Blocks =>
        [.. FullWidth.Select((block, i) => new SeparableBlock(
            i + 1, i == 0 ? Stem : Scale(FullWidth[i - 1].Output), Scale(block.Output), block.Stride))];

    /// <inheritdoc/>
    public override string Layers => string.Create(CultureInfo.InvariantCulture, $"MobileNetV1, width {Width}, layer names of Keras, batch-norm separate, ReLU6");

    /// <inheritdoc/>
    public override string Sizes => "any size works";

    /// <inheritdoc/>
    public override string Decay => "on dense convolutions only; scale and shift of batch-norm are constants";

    /// <inheritdoc/>
    public override TrainableMobileNet Build(int seed) => new(this, seed);

    private int Scale(int channels) => (int)(channels * Width);
}
