using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>The hidden units of a block's perceptron: gelu(W1 norm(x) + b1), or silu(a) b where they are gated.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="attended">What the block's attention made.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="block">Number of the block, from 0, as its tensors are called.</param>
internal sealed class PerceptronUnits(string name, Layer attended, TransformerShape shape, int block) : TokenLayer(name, shape, attended)
{
    private readonly string _norm = FormattableString.Invariant($"blocks.{block}.norm2");
    private readonly string _into = FormattableString.Invariant($"blocks.{block}.mlp.fc1");

    private LinearMap _normalization;
    private LinearMap _expansion;                                                        // [M, D], [M]; gated [2 M, D], [2 M]

    public override int ChannelCount => Shape.MlpWidth;

    public override IReadOnlyList<TensorSpec> Tensors
        => [.. LinearMap.Specs(_norm, Shape.Width), .. LinearMap.Specs(_into, Maps * Shape.MlpWidth, Shape.Width)];

    /// <summary>W1; of gated units both rows, one after the other.</summary>
    public override ChannelMap? Map => new(attended, Maps * Shape.Width, IsWhole: true, reader => reader.Read($"{_into}.weight").view(Maps, Shape.MlpWidth, Shape.Width).transpose(0, 1).flatten(1));

    private int Maps => Shape.IsGated ? 2 : 1;

    public override void Load(WeightsReader reader)
    {
        _normalization = LinearMap.Read(reader, _norm);
        _expansion = LinearMap.Read(reader, _into);
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var mapped = _expansion.Of(Normalize(pass.Value(attended), _normalization));
        return Shape.IsGated ? Gate(mapped.narrow(2, 0, Shape.MlpWidth), mapped.narrow(2, Shape.MlpWidth, Shape.MlpWidth)) : Shape.Activation.Apply(mapped);
    }

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
    {
        var normalized = Normalize(pass.Value(attended), _normalization);
        var first = LinearChannels(normalized, _expansion, channels);
        return Shape.IsGated
            ? Gate(first, LinearChannels(normalized, _expansion, channels.add(HeldScalars.Of((long)Shape.MlpWidth), HeldScalars.Of(1L))))
            : Shape.Activation.Apply(first);
    }

    public override long MultiplyAddsOfChannel(int size) => (long)Maps * Shape.TokensOf(size) * Shape.Width;

    private static Tensor Gate(Tensor a, Tensor b) => F.silu(a).mul(b);
}

/// <summary>The second half of a block: x + W2 units + b2 (Dosovitskiy et al. 2021, eq. 3), scaled where the network has LayerScale.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="attended">What the block's attention made.</param>
/// <param name="units">The hidden units.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="block">Number of the block, from 0, as its tensors are called.</param>
internal sealed class PerceptronSum(string name, Layer attended, Layer units, TransformerShape shape, int block) : TokenLayer(name, shape, attended, units)
{
    private readonly string _back = FormattableString.Invariant($"blocks.{block}.mlp.fc2");
    private readonly string? _scale = shape.HasLayerScale ? FormattableString.Invariant($"blocks.{block}.ls2.gamma") : null;

    private LinearMap _contraction;                                                      // [D, M], [D]

    public override IReadOnlyList<TensorSpec> Tensors
        => [.. LinearMap.Specs(_back, Shape.Width, Shape.MlpWidth), .. _scale is null ? (TensorSpec[])[] : [new(_scale, [Shape.Width])]];

    public override void Load(WeightsReader reader) => _contraction = LinearMap.ReadScaled(reader, _back, _scale);

    public override Tensor Compute(ForwardPass pass) => pass.Value(attended).add(_contraction.Of(pass.Value(units)), HeldScalars.One);

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => Pick(pass.Value(attended), channels).add(LinearChannels(pass.Value(units), _contraction, channels), HeldScalars.One);

    public override long MultiplyAddsOfChannel(int size) => (long)Shape.TokensOf(size) * Shape.MlpWidth;
}
