using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>The first half of a block: x + attention(norm(x)) (Dosovitskiy et al. 2021, eq. 2), scaled where the network has LayerScale.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">Tokens.</param>
/// <param name="shape">The network's measures.</param>
/// <param name="block">Number of the block, from 0, as its tensors are called.</param>
internal sealed class SelfAttention(string name, Layer input, TransformerShape shape, int block) : TokenLayer(name, shape, input)
{
    private readonly string _norm = FormattableString.Invariant($"blocks.{block}.norm1");
    private readonly string _joint = FormattableString.Invariant($"blocks.{block}.attn.qkv");
    private readonly string _output = FormattableString.Invariant($"blocks.{block}.attn.proj");

    private readonly string? _scale = shape.HasLayerScale ? FormattableString.Invariant($"blocks.{block}.ls1.gamma") : null;

    private LinearMap _normalization;
    private LinearMap _jointly;                                                          // query, key, value: [3 D, D], [3 D]
    private LinearMap _projection;

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        .. LinearMap.Specs(_norm, Shape.Width),
        .. LinearMap.Specs(_joint, Shape.HasQkvBias, 3 * Shape.Width, Shape.Width),
        .. LinearMap.Specs(_output, Shape.Width, Shape.Width),
        .. _scale is null ? (TensorSpec[])[] : [new(_scale, [Shape.Width])],
    ];

    public override void Load(WeightsReader reader)
    {
        _normalization = LinearMap.Read(reader, _norm);
        _jointly = LinearMap.Read(reader, _joint, Shape.HasQkvBias);
        _projection = LinearMap.ReadScaled(reader, _output, _scale);
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var x = pass.Value(input);                                                   // [N, T, D]
        return x.add(_projection.Of(Attend(x)), HeldScalars.One);
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

        // Apart before their axes are turned, and all at once: the gradient is then put together as it lies in memory, instead of added up of three among zeros.
        var apart = _jointly.Of(Normalize(x, _normalization)).view(count, tokens, 3, Shape.Heads, Shape.Width / Shape.Heads).unbind(2);   // [N, T, heads, d]
        var attended = F.scaled_dot_product_attention(apart[0].transpose(1, 2), apart[1].transpose(1, 2), apart[2].transpose(1, 2));      // [N, heads, T, d]
        return attended.transpose(1, 2).reshape(count, tokens, Shape.Width);
    }
}
