using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>The hidden units of a block's perceptron: gelu(W1 norm(x) + b1), with the exact (erf) GELU.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="attended">What the block's attention made.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="block">Number of the block, from 0, as its tensors are called.</param>
internal sealed class PerceptronUnits(string name, Layer attended, TransformerShape shape, int block) : TokenLayer(name, shape, attended)
{
    private readonly string _norm = FormattableString.Invariant($"blocks.{block}.norm2");
    private readonly string _into = FormattableString.Invariant($"blocks.{block}.mlp.fc1");

    private (Tensor Weight, Tensor Bias) _normalization;
    private (Tensor Weight, Tensor Bias) _expansion;                                     // [M, D], [M]

    public override int ChannelCount => Shape.MlpWidth;

    public override IReadOnlyList<TensorSpec> Tensors => [.. Pair(_norm, Shape.Width), .. Pair(_into, Shape.MlpWidth, Shape.Width)];

    public override void Load(WeightsReader reader)
    {
        _normalization = ReadPair(reader, _norm);
        _expansion = ReadPair(reader, _into);
    }

    public override Tensor Compute(ForwardPass pass)
        => F.gelu(F.linear(Normalize(pass.Value(attended), _normalization), _expansion.Weight, _expansion.Bias));

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => F.gelu(LinearChannels(Normalize(pass.Value(attended), _normalization), _expansion, channels));

    public override long MultiplyAddsOfChannel(int size) => (long)Shape.TokensOf(size) * Shape.Width;
}

/// <summary>The second half of a block: x + W2 units + b2 (Dosovitskiy et al. 2021, eq. 3).</summary>
/// <param name="name">As it is listed.</param>
/// <param name="attended">What the block's attention made.</param>
/// <param name="units">The hidden units.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="block">Number of the block, from 0, as its tensors are called.</param>
internal sealed class PerceptronSum(string name, Layer attended, Layer units, TransformerShape shape, int block) : TokenLayer(name, shape, attended, units)
{
    private readonly string _back = FormattableString.Invariant($"blocks.{block}.mlp.fc2");

    private (Tensor Weight, Tensor Bias) _contraction;                                   // [D, M], [D]

    public override IReadOnlyList<TensorSpec> Tensors => Pair(_back, Shape.Width, Shape.MlpWidth);

    public override void Load(WeightsReader reader) => _contraction = ReadPair(reader, _back);

    public override Tensor Compute(ForwardPass pass)
        => pass.Value(attended).add(F.linear(pass.Value(units), _contraction.Weight, _contraction.Bias), HeldScalars.One);

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => Pick(pass.Value(attended), channels).add(LinearChannels(pass.Value(units), _contraction, channels), HeldScalars.One);

    public override long MultiplyAddsOfChannel(int size) => (long)Shape.TokensOf(size) * Shape.MlpWidth;
}
