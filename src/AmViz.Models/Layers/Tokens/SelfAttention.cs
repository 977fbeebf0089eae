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
    private readonly string norm = FormattableString.Invariant($"blocks.{block}.norm1");
    private readonly string joint = FormattableString.Invariant($"blocks.{block}.attn.qkv");
    private readonly string output = FormattableString.Invariant($"blocks.{block}.attn.proj");

    private (Tensor Weight, Tensor Bias) normalization;
    private (Tensor Weight, Tensor Bias) jointly;                                       // query, key, value: [3 D, D], [3 D]
    private (Tensor Weight, Tensor Bias) projection;

    public override IReadOnlyList<TensorSpec> Tensors
        => [.. Pair(norm, Shape.Width), .. Pair(joint, 3 * Shape.Width, Shape.Width), .. Pair(output, Shape.Width, Shape.Width)];

    public override void Load(WeightsReader reader)
    {
        normalization = ReadPair(reader, norm);
        jointly = ReadPair(reader, joint);
        projection = ReadPair(reader, output);
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var x = pass.Value(input);                                                   // [N, T, D]
        return x.add(F.linear(Attend(x), projection.Weight, projection.Bias), HeldScalars.One);
    }

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
    {
        var x = pass.Value(input);
        return Pick(x, channels).add(LinearChannels(Attend(x), projection, channels), HeldScalars.One);
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
        (long count, long tokens) = (x.shape[0], x.shape[1]);
        var split = F.linear(Normalize(x, normalization), jointly.Weight, jointly.Bias)
            .view(count, tokens, 3, Shape.Heads, Shape.Width / Shape.Heads).permute(2, 0, 3, 1, 4);   // [3, N, heads, T, d]
        var attended = F.scaled_dot_product_attention(split[0], split[1], split[2]); // [N, heads, T, d]
        return attended.transpose(1, 2).reshape(count, tokens, Shape.Width);
    }
}
