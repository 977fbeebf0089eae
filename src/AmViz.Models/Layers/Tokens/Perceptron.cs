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
    private readonly string norm = FormattableString.Invariant($"blocks.{block}.norm2");
    private readonly string into = FormattableString.Invariant($"blocks.{block}.mlp.fc1");

    private (Tensor Weight, Tensor Bias) normalization;
    private (Tensor Weight, Tensor Bias) expansion;                                     // [M, D], [M]

    public override int ChannelCount => Shape.MlpWidth;

    public override IReadOnlyList<TensorSpec> Tensors => [.. Pair(norm, Shape.Width), .. Pair(into, Shape.MlpWidth, Shape.Width)];

    public override void Load(WeightsReader reader)
    {
        normalization = ReadPair(reader, norm);
        expansion = ReadPair(reader, into);
    }

    public override Tensor Compute(ForwardPass pass)
        => F.gelu(F.linear(Normalize(pass.Value(attended), normalization), expansion.Weight, expansion.Bias));

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => F.gelu(LinearChannels(Normalize(pass.Value(attended), normalization), expansion, channels));

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
    private readonly string back = FormattableString.Invariant($"blocks.{block}.mlp.fc2");

    private (Tensor Weight, Tensor Bias) contraction;                                   // [D, M], [D]

    public override IReadOnlyList<TensorSpec> Tensors => Pair(back, Shape.Width, Shape.MlpWidth);

    public override void Load(WeightsReader reader) => contraction = ReadPair(reader, back);

    public override Tensor Compute(ForwardPass pass)
        => pass.Value(attended).add(F.linear(pass.Value(units), contraction.Weight, contraction.Bias), HeldScalars.One);

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
        => Pick(pass.Value(attended), channels).add(LinearChannels(pass.Value(units), contraction, channels), HeldScalars.One);

    public override long MultiplyAddsOfChannel(int size) => (long)Shape.TokensOf(size) * Shape.MlpWidth;
}
