using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A learned query that attends to all tokens, and a perceptron behind it (Zhai et al. 2022, "Scaling vision transformers": MAP head), as SigLIP has it.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="tokens">Tokens, normalized.</param>
/// <param name="shape">The network's measures; heads, perceptron and epsilon are those of the blocks.</param>
internal sealed class AttentionPooling(string name, Layer tokens, TransformerShape shape) : VectorLayer(name, tokens)
{
    private const string Latent = "attn_pool.latent";
    private const string Joint = "attn_pool.in_proj";
    private const string Output = "attn_pool.proj";
    private const string Norm = "attn_pool.norm";
    private const string Into = "attn_pool.mlp.fc1";
    private const string Back = "attn_pool.mlp.fc2";

    private Tensor? _latent;                                                             // [1, 1, D]
    private LinearMap _jointly;                                                          // query, key, value: [3 D, D], [3 D]
    private LinearMap _projection;
    private LinearMap _normalization;
    private LinearMap _expansion;
    private LinearMap _contraction;

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        new(Latent, [1, 1, shape.Width]),
        .. LinearMap.Specs(Joint, 3 * shape.Width, shape.Width),
        .. LinearMap.Specs(Output, shape.Width, shape.Width),
        .. LinearMap.Specs(Norm, shape.Width),
        .. LinearMap.Specs(Into, shape.MlpWidth, shape.Width),
        .. LinearMap.Specs(Back, shape.Width, shape.MlpWidth),
    ];

    public override void Load(WeightsReader reader)
    {
        _latent = reader.Keep(reader.Read(Latent));
        _jointly = LinearMap.Read(reader, Joint);
        _projection = LinearMap.Read(reader, Output);
        _normalization = LinearMap.Read(reader, Norm);
        _expansion = LinearMap.Read(reader, Into);
        _contraction = LinearMap.Read(reader, Back);
    }

    public override Tensor Compute(ForwardPass pass)
    {
        var x = pass.Value(tokens);                                                   // [N, T, D]
        (var count, var width) = (x.shape[0], shape.Width);
        var query = Heads(Part(0).Of(_latent!).expand(count, -1, -1));
        var attended = F.scaled_dot_product_attention(query, Heads(Part(1).Of(x)), Heads(Part(2).Of(x)));  // [N, heads, 1, d]
        var pooled = _projection.Of(attended.transpose(1, 2).reshape(count, width));   // [N, D]
        var units = shape.Activation.Apply(_expansion.Of(F.layer_norm(pooled, [width], _normalization.Weight, _normalization.Bias, shape.Epsilon)));
        return pooled.add(_contraction.Of(units), HeldScalars.One);
    }

    public override long MultiplyAdds(int size)
    {
        long patches = shape.TokensOf(size);
        return 2 * patches * shape.Width * shape.Width + 2 * patches * shape.Width + 2L * shape.Width * shape.Width + 2L * shape.Width * shape.MlpWidth;
    }

    public override long MultiplyAddsOfChannel(int size) => MultiplyAdds(size);

    private LinearMap Part(int part)
        => new(_jointly.Weight.narrow(0, part * shape.Width, shape.Width), _jointly.Bias!.narrow(0, part * shape.Width, shape.Width));

    // [N, T, D] to [N, heads, T, d].
    private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], shape.Heads, shape.Width / shape.Heads).transpose(1, 2);
}
