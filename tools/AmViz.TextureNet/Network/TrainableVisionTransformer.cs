using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Network;

/// <summary>A vision transformer for training; parameters are named as in timm.</summary>
internal sealed class TrainableVisionTransformer : TrainableNetwork
{
    /// <summary>Of every normalization, as in timm and Hugging Face.</summary>
    public const double LayerNormEpsilon = 1e-6;

    private const float EmbeddingDeviation = 0.02f;

    private readonly PatchEmbedding patch_embed;
    private readonly Parameter cls_token, pos_embed;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    /// <summary>Builds a network whose weights depend on nothing but shape and seed.</summary>
    public TrainableVisionTransformer(VisionTransformerShape shape, int seed) : base("vit")
    {
        patch_embed = new PatchEmbedding(shape);
        cls_token = new Parameter(zeros(1, 1, shape.Width));
        pos_embed = new Parameter(zeros(1, shape.Tokens, shape.Width));
        blocks = new ModuleList<TransformerBlock>([.. Enumerable.Range(0, shape.Depth).Select(_ => new TransformerBlock(shape))]);
        norm = nn.LayerNorm(shape.Width, LayerNormEpsilon);
        head = nn.Linear(shape.Width, shape.ClassCount);
        RegisterComponents();
        Fill(seed);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterGroup> Trained =>
    [
        .. named_parameters().GroupBy(entry => IsMatrix(entry.name, entry.parameter), entry => entry.parameter)
            .Select(group => new ParameterGroup(group, Decays: group.Key)),
    ];

    /// <inheritdoc/>
    public override Tensor forward(Tensor pictures)
    {
        Tensor patches = patch_embed.forward(pictures.mul(tensor(2f)).sub(tensor(1f)));         // [N, patches, width]
        Tensor x = cat([cls_token.expand(patches.shape[0], -1, -1), patches], 1).add(pos_embed); // [N, tokens, width]
        foreach (var block in blocks)
            x = block.forward(x);
        return head.forward(norm.forward(x).select(1, 0));
    }

    // Kernels become normal with variance 1 / fan-in, embeddings and the classifier with the deviation of the paper's code;
    // shifts 0, scales 1.
    private void Fill(int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var generator = new Generator((ulong)(uint)seed);
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.dim() > 1)
                parameter.copy_(randn(parameter.shape, generator: generator).mul(tensor(DeviationOf(name, parameter))));
            else if (name.EndsWith(".bias", StringComparison.Ordinal))
                parameter.zero_();
        }
    }

    private static float DeviationOf(string name, Parameter parameter) =>
        IsMatrix(name, parameter) && name != "head.weight" ? 1 / MathF.Sqrt(parameter.numel() / parameter.shape[0]) : EmbeddingDeviation;

    private static bool IsMatrix(string name, Parameter parameter) => parameter.dim() > 1 && name is not ("cls_token" or "pos_embed");
}

/// <summary>Cuts pictures into patches and maps each to a token.</summary>
internal sealed class PatchEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d proj;

    /// <summary>Builds the map.</summary>
    public PatchEmbedding(VisionTransformerShape shape) : base("patch_embedding")
    {
        proj = nn.Conv2d(3, shape.Width, shape.Patch, stride: shape.Patch);
        RegisterComponents();
    }

    /// <summary><c>[N, 3, H, W]</c> to <c>[N, patches, width]</c>.</summary>
    public override Tensor forward(Tensor x) => proj.forward(x).flatten(2).transpose(1, 2);
}
