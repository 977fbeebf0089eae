namespace AmViz.Models;

/// <summary>Vision Transformers with a class token and learned positions (Dosovitskiy et al. 2021), of any patch size, width, depth and heads.</summary>
internal sealed class VisionTransformer : IArchitecture
{
    // timm's; Hugging Face's google/vit-base-patch16-224 has 1e-12.
    private const double TimmEpsilon = 1e-6;

    private const int Classes = 1000;
    private const int InputSize = 224;
    private const int PatchSize = 16;
    private const int Depth = 12;

    /// <inheritdoc/>
    public string Name => "vit";

    /// <inheritdoc/>
    public string Title => "Vision Transformer (Dosovitskiy et al. 2021; DeiT: Touvron et al. 2021)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new(VisionTransformerNames.Rules);

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published { get; } =
    [
        new("vit_base_patch16_224", InputSize, Of(768, heads: 12)),
        new("deit_small_patch16_224", InputSize, Of(384, heads: 6)),
        new("deit_tiny_patch16_224", InputSize, Of(192, heads: 3)),
    ];

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        fields.Choice("activation", "gelu");
        fields.Choice("pooling", "token");
        var patch = fields.Whole("patchSize", 2, 256);
        var width = fields.Whole("width", 4, 16_384);
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

        return new VisionTransformerBlueprint(classes, depth, new(patch, inputSize / patch, width, heads, mlpWidth, epsilon));
    }

    private static VisionTransformerBlueprint Of(int width, int heads)
        => new(Classes, Depth, new(PatchSize, InputSize / PatchSize, width, heads, 4 * width, TimmEpsilon));
}

/// <summary>A Vision Transformer with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Depth">Number of blocks.</param>
/// <param name="Shape">All other measures.</param>
/// <remarks>
/// Layers: <c>hidden_states_0</c> is the embedding, <c>hidden_states_L</c> the value after block L; <c>attended_L</c> lies between
/// the halves of block L, <c>intermediate_L</c> are the hidden units of its perceptron; <c>norm</c> is the last layer-norm.
/// </remarks>
internal sealed record VisionTransformerBlueprint(int Classes, int Depth, TransformerShape Shape) : IBlueprint
{
    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph { SizeStep = Shape.PatchSize };
        Layer pixels = graph.Add(new Pixels(preprocessing));
        Layer x = graph.Add(new PatchEmbedding("hidden_states_0", pixels, Shape) { Kind = LayerKind.Tokens, IsDefaultTap = true });
        graph.AddAlias("hidden_states[0]", x);
        for (var block = 0; block < Depth; block++)
        {
            x = AddBlock(graph, x, block);
        }

        x = graph.Add(new TokenNormalization("norm", x, Shape) { Kind = LayerKind.Tokens });
        x = graph.Add(new ClassToken("class_token", x));
        graph.Add(new Dense(NetworkDescription.Logits, x, Classes, "head") { Kind = LayerKind.Logits, IsDefaultTap = true });
        return graph;
    }

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => Build(preprocessing).Parameters;

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
