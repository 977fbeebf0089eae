using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>An activation function of convolutional networks.</summary>
internal enum ActivationFunction
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>x sigmoid(x), of EfficientNet; also called swish.</summary>
    Silu,

    /// <summary>x relu6(x + 3) / 6, of MobileNetV3.</summary>
    HardSwish,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>relu6(x + 3) / 6.</summary>
    HardSigmoid,
}

/// <summary>An activation function, value by value.</summary>
internal sealed class Activation(string name, Layer input, ActivationFunction function) : Layer(name, input)
{
    private const float SixOfRelu6 = 6;

    public override int ChannelCount => input.ChannelCount;

    public override bool IsChannelwise => true;

    public override LayerExtent Extent(int size) => input.Extent(size);

    /// <summary>Where a function that clips its input ends, infinity if nowhere; null for those that do more.</summary>
    public float? Ceiling => function switch
    {
        ActivationFunction.Relu => float.PositiveInfinity,
        ActivationFunction.Relu6 => SixOfRelu6,
        _ => null,
    };

    public override Tensor Compute(ForwardPass pass)
    {
        var x = pass.Value(input);
        if (!pass.IsClipped(input))
        {
            return Apply(pass, x, inPlace: pass.MayOverwrite(input));
        }

        pass.Clip!(input, this, x, Ceiling!.Value);
        return x;
    }

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels) => Apply(pass, pass.Channels(input, channels), inPlace: false);

    /// <summary>The values of a function, without a word about gradients.</summary>
    public static Tensor Of(ActivationFunction function, Tensor x) => function switch
    {
        ActivationFunction.Relu => F.relu(x),
        ActivationFunction.Relu6 => F.relu6(x),
        ActivationFunction.Silu => F.silu(x),
        ActivationFunction.HardSwish => x.hardswish(),
        ActivationFunction.Sigmoid => x.sigmoid(),
        _ => x.hardsigmoid(),
    };

    // The smooth ones pass a gradient nearly everywhere, so they are not redirected; their gradient needs their input, so they do not overwrite it.
    private Tensor Apply(ForwardPass pass, Tensor x, bool inPlace) => (function, pass.Redirected) switch
    {
        (not (ActivationFunction.Relu or ActivationFunction.Relu6), _) => Of(function, x),
        (ActivationFunction.Relu6, { } images) => RedirectedRelu.Of(x, images, SixOfRelu6),
        (_, { } images) => RedirectedRelu.Of(x, images, double.PositiveInfinity),
        (ActivationFunction.Relu6, null) => F.relu6(x, inPlace),
        _ => F.relu(x, inPlace),
    };
}
