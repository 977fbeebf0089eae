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
}

/// <summary>An activation function, value by value.</summary>
internal sealed class Activation(string name, Layer input, ActivationFunction function) : Layer(name, input)
{
    public override int ChannelCount => input.ChannelCount;

    public override bool IsChannelwise => true;

    public override LayerExtent Extent(int size) => input.Extent(size);

    public override Tensor Compute(ForwardPass pass) => Apply(pass, pass.Value(input), inPlace: pass.MayOverwrite(input));

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels) => Apply(pass, pass.Channels(input, channels), inPlace: false);

    private Tensor Apply(ForwardPass pass, Tensor x, bool inPlace) => (function, pass.Redirected) switch
    {
        (ActivationFunction.Relu6, { } images) => RedirectedRelu.Of(x, images, ceiling: 6),
        (_, { } images) => RedirectedRelu.Of(x, images, double.PositiveInfinity),
        (ActivationFunction.Relu6, null) => F.relu6(x, inPlace),
        _ => F.relu(x, inPlace),
    };
}
