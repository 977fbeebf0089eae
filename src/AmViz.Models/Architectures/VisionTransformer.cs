namespace AmViz.Models;

/// <summary>Vision Transformers with learned positions (Dosovitskiy et al. 2021), of any patch size, width, depth and heads: ViT, DeiT, DINOv2, the image towers of CLIP and SigLIP.</summary>
internal sealed class VisionTransformer : IArchitecture
{
    // timm's; Hugging Face's google/vit-base-patch16-224 has 1e-12.
    private const double TimmEpsilon = 1e-6;

    private const int Widest = 16_384;

    /// <inheritdoc/>
    public string Name => "vit";

    /// <inheritdoc/>
    public string Title => "Vision Transformer (Dosovitskiy et al. 2021; DeiT: Touvron et al. 2021; DINOv2: Oquab et al. 2023; CLIP: Radford et al. 2021; SigLIP: Zhai et al. 2023)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new([.. VisionTransformerNames.Rules, .. ClipNames.Rules]);

    /// <inheritdoc/>
    public bool MayLackClasses => true;

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published => PublishedTransformers.All;

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        var patch = fields.Whole("patchSize", 2, 256);
        var width = fields.Whole("width", 4, Widest);
        var depth = fields.Whole("depth", 1, 200);
        var heads = fields.Whole("heads", 1, 256);
        var mlpWidth = fields.Whole("mlpWidth", 1, 65_536, preset: 4 * width);
        var epsilon = fields.Number("layerNormEpsilon", 1e-15, 1e-2, preset: TimmEpsilon);
        if (width % heads != 0)
        {
            fields.Refuse($"'width' is {width} and 'heads' is {heads}; expected a width that is a multiple of the heads.");
        }

        if (inputSize % patch != 0)
        {
            fields.Refuse($"'inputSize' is {inputSize} and 'patchSize' is {patch}; expected a size that is a multiple of the patches.");
        }

        var shape = ReadParts(fields, new(patch, inputSize / patch, width, heads, mlpWidth, epsilon));
        return new VisionTransformerBlueprint(classes, depth, shape) { Head = TransformerHead.Read(fields, classes, shape) };
    }

    private static TransformerShape ReadParts(ConfigFields fields, TransformerShape plain)
    {
        var shape = plain with
        {
            HasClassToken = fields.Flag("classToken", preset: true),
            Registers = fields.Whole("registers", 0, 64, preset: 0),
            HasPatchBias = fields.Flag("patchBias", preset: true),
            HasPreNorm = fields.Flag("preNorm", preset: false),
            HasQkvBias = fields.Flag("qkvBias", preset: true),
            HasLayerScale = fields.Flag("layerScale", preset: false),
            IsGated = fields.Choice("mlp", "plain", "swiglu") == "swiglu",
            Activation = TokenActivations.Read(fields),
        };
        return shape with
        {
            PositionedPrefix = fields.Choice("positions", "class_token", "patches", "all") switch
            {
                "patches" => 0,
                "all" => shape.PrefixTokens,
                _ => shape.HasClassToken ? 1 : 0,
            },
        };
    }
}

/// <summary>A Vision Transformer with every number settled.</summary>
/// <param name="Classes">Number of logits; 0 for a network that tells no classes apart.</param>
/// <param name="Depth">Number of blocks.</param>
/// <param name="Shape">All other measures.</param>
/// <remarks>
/// Layers: <c>hidden_states_0</c> is the embedding, <c>hidden_states_L</c> the value after block L; <c>attended_L</c> lies between
/// the halves of block L, <c>intermediate_L</c> are the hidden units of its perceptron; <c>norm</c> is the last layer-norm.
/// </remarks>
internal sealed record VisionTransformerBlueprint(int Classes, int Depth, TransformerShape Shape) : IBlueprint
{
    /// <summary>What comes after the blocks.</summary>
    public TransformerHead Head { get; init; } = new();

    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph { SizeStep = Shape.PatchSize };
        var x = AddEmbedding(graph, graph.Add(new Pixels(preprocessing)));
        graph.AddAlias("hidden_states[0]", x);
        for (var block = 0; block < Depth; block++)
        {
            x = AddBlock(graph, x, block);
        }

        Head.AddTo(graph, x, Shape, Classes);
        return graph;
    }

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => Build(preprocessing).Parameters;

    private Layer AddEmbedding(LayerGraph graph, Layer pixels)
    {
        const string name = "hidden_states_0";
        return Shape.HasPreNorm
            ? graph.Add(new TokenNormalization(name, graph.Add(new PatchEmbedding("embeddings", pixels, Shape)), Shape, "norm_pre") { Kind = LayerKind.Tokens, IsDefaultTap = true })
            : graph.Add(new PatchEmbedding(name, pixels, Shape) { Kind = LayerKind.Tokens, IsDefaultTap = true });
    }

    private PerceptronSum AddBlock(LayerGraph graph, Layer x, int block)
    {
        var number = block + 1;
        Layer attended = graph.Add(new SelfAttention($"attended_{number}", x, Shape, block) { Kind = LayerKind.Tokens });
        Layer units = graph.Add(new PerceptronUnits($"intermediate_{number}", attended, Shape, block) { Kind = LayerKind.Tokens });
        var hidden = graph.Add(new PerceptronSum($"hidden_states_{number}", attended, units, Shape, block) { Kind = LayerKind.Tokens, IsDefaultTap = true });
        graph.AddAlias($"hidden_states[{number}]", hidden);
        graph.AddAlias($"blocks.{block}", hidden);
        return hidden;
    }
}
