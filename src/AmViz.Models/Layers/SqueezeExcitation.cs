using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>Each channel times a factor that the means of all channels tell (Hu et al. 2018, "Squeeze-and-Excitation Networks").</summary>
/// <param name="name">Its tensors are those of two convolutions of single positions, <c>name.fc1</c> and <c>name.fc2</c>.</param>
/// <param name="input">What it reads.</param>
/// <param name="squeezed">Channels between the two convolutions.</param>
/// <param name="inner">After the first.</param>
/// <param name="gate">After the second; from 0 to 1.</param>
internal sealed class SqueezeExcitation(string name, Layer input, int squeezed, ActivationFunction inner, ActivationFunction gate) : Layer(name, input)
{
    private Kernel? _first;
    private Kernel? _second;

    public override int ChannelCount => input.ChannelCount;

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        new($"{Name}.fc1.weight", [squeezed, ChannelCount, 1, 1]), new($"{Name}.fc1.bias", [squeezed]),
        new($"{Name}.fc2.weight", [ChannelCount, squeezed, 1, 1]), new($"{Name}.fc2.bias", [ChannelCount]),
    ];

    public override LayerExtent Extent(int size) => input.Extent(size);

    public override void Load(WeightsReader reader)
    {
        Kernel Read(string part) => new(reader.Keep(reader.Read($"{Name}.{part}.weight").flatten(1)), reader.Keep(reader.Read($"{Name}.{part}.bias")), Blocks: null, Centred: null);
        (_first, _second) = (Read("fc1"), Read("fc2"));
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var x = pass.Value(input);                                                   // [N, C, h, w]
        return x.mul(Gates(x).unsqueeze(2).unsqueeze(3));
    }

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
    {
        var x = pass.Value(input);
        return input.Pick(x, channels).mul(Gates(x).gather(1, channels.unsqueeze(1)).unsqueeze(2));
    }

    public override long MultiplyAddsOfChannel(int size) => MultiplyAdds(size);

    public override long MultiplyAdds(int size) => 2L * ChannelCount * squeezed;

    // One factor a channel, [N, C].
    private Tensor Gates(Tensor x)
    {
        var inside = Activation.Of(inner, F.linear(x.mean([2, 3]), _first!.Weight, _first.Bias!));
        return Activation.Of(gate, F.linear(inside, _second!.Weight, _second.Bias!));
    }
}
