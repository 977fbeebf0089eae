using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>The first half of a block: x + attention(norm(x)) (Dosovitskiy et al. 2021, eq. 2).</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">Tokens.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="block">Number of the block, from 0, as its tensors are called.</param>
internal sealed class SelfAttention(string name, Layer input, TransformerShape shape, int block) : TokenLayer(name, shape, input)
{
    private readonly string _norm = FormattableString.Invariant($"blocks.{block}.norm1");
    private readonly string _joint = FormattableString.Invariant($"blocks.{block}.attn.qkv");
    private readonly string _output = FormattableString.Invariant($"blocks.{block}.attn.proj");

    private (Tensor Weight, Tensor Bias) _normalization;
    private (Tensor Weight, Tensor Bias) _jointly;                                       // query, key, value: [3 D, D], [3 D]
    private (Tensor Weight, Tensor Bias) _projection;

    public override IReadOnlyList<TensorSpec> Tensors
        => [.. Pair(_norm, Shape.Width), .. Pair(_joint, 3 * Shape.Width, Shape.Width), .. Pair(_output, Shape.Width, Shape.Width)];

    public override void Load(WeightsReader reader)
    {
        _normalization = ReadPair(reader, _norm);
        _jointly = ReadPair(reader, _joint);
        _projection = ReadPair(reader, _output);
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var x = pass.Value(input);                                                   // [N, T, D]
        return x.add(F.linear(Attend(x), _projection.Weight, _projection.Bias), HeldScalars.One);
    }

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
    {
        var x = pass.Value(input);
        return Pick(x, channels).add(LinearChannels(Attend(x), _projection, channels), HeldScalars.One);
    }

    public override long MultiplyAdds(int size) => OfAttention(size) + OfOutput(size) * Shape.Width;

    public override long MultiplyAddsOfChannel(int size) => OfAttention(size) + OfOutput(size);

    private long OfAttention(int size)
    {
        long tokens = Shape.TokensOf(size);
        return 3 * tokens * Shape.Width * Shape.Width + 2 * tokens * tokens * Shape.Width;
    }

    private long OfOutput(int size) => (long)Shape.TokensOf(size) * Shape.Width;

    private Tensor Attend(Tensor x)
    {
        (var count, var tokens) = (x.shape[0], x.shape[1]);
        var split = F.linear(Normalize(x, _normalization), _jointly.Weight, _jointly.Bias)
            .view(count, tokens, 3, Shape.Heads, Shape.Width / Shape.Heads).permute(2, 0, 3, 1, 4);   // [3, N, heads, T, d]
        var attended = F.scaled_dot_product_attention(split[0], split[1], split[2]); // [N, heads, T, d]
        return attended.transpose(1, 2).reshape(count, tokens, Shape.Width);
    }
}
