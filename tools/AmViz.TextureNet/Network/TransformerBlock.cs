using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Network;

/// <summary>One block: attention and a two-layer network, each after a normalization and beside a shortcut.</summary>
internal sealed class TransformerBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1, norm2;
    private readonly SelfAttention attn;
    private readonly Perceptron mlp;

    /// <summary>Builds a block without weights of any meaning.</summary>
    public TransformerBlock(VisionTransformerShape shape) : base("block")
    {
        norm1 = nn.LayerNorm(shape.Width, TrainableVisionTransformer.LayerNormEpsilon);
        attn = new SelfAttention(shape);
        norm2 = nn.LayerNorm(shape.Width, TrainableVisionTransformer.LayerNormEpsilon);
        mlp = new Perceptron(shape);
        RegisterComponents();
    }

    /// <summary><c>[N, tokens, width]</c> to the same.</summary>
    public override Tensor forward(Tensor x)
    {
        x = x + attn.forward(norm1.forward(x));
        return x + mlp.forward(norm2.forward(x));
    }
}

/// <summary>Attention of every token to all, in several heads.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, Tensor>
{
    private readonly Linear qkv, proj;
    private readonly int _heads;

    /// <summary>Builds the two linear maps.</summary>
    public SelfAttention(VisionTransformerShape shape) : base("attention")
    {
        _heads = shape.Heads;
        qkv = nn.Linear(shape.Width, 3 * shape.Width);
        proj = nn.Linear(shape.Width, shape.Width);
        RegisterComponents();
    }

    /// <summary><c>[N, tokens, width]</c> to the same.</summary>
    public override Tensor forward(Tensor x)
    {
        var (count, tokens, width) = (x.shape[0], x.shape[1], x.shape[2]);
        Tensor[] parts = qkv.forward(x).view(count, tokens, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4).unbind(0); // [N, heads, tokens, width / heads] each
        Tensor attended = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
        return proj.forward(attended.transpose(1, 2).reshape(count, tokens, width));
    }
}

/// <summary>Two linear maps with a GELU between.</summary>
internal sealed class Perceptron : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1, fc2;

    /// <summary>Builds the two linear maps.</summary>
    public Perceptron(VisionTransformerShape shape) : base("perceptron")
    {
        fc1 = nn.Linear(shape.Width, shape.Expansion * shape.Width);
        fc2 = nn.Linear(shape.Expansion * shape.Width, shape.Width);
        RegisterComponents();
    }

    /// <summary><c>[N, tokens, width]</c> to the same.</summary>
    public override Tensor forward(Tensor x) => fc2.forward(nn.functional.gelu(fc1.forward(x)));
}
