namespace AmViz.Models;

/// <summary>Swin Transformers (Liu et al. 2021) and their second version (Liu et al. 2022), of any depths, widths and windows.</summary>
internal sealed class SwinTransformer : IArchitecture
{
    /// <summary>Stages of every Swin Transformer here.</summary>
    public const int Stages = 4;

    private const int Classes = 1000;

    private static readonly int[] Shallow = [2, 2, 6, 2];
    private static readonly int[] Deep = [2, 2, 18, 2];
    private static readonly int[] Narrow = [3, 6, 12, 24];
    private static readonly int[] Broad = [4, 8, 16, 32];

    /// <inheritdoc/>
    public string Name => "swin";

    /// <inheritdoc/>
    public string Title => "Swin Transformer (Liu et al. 2021; V2: Liu et al. 2022; torchvision)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new(SwinNames.Rules);

    /// <inheritdoc/>
    public bool MayLackClasses => true;

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published { get; } =
    [
        Of("swin_t", 1, 96, Shallow, Narrow), Of("swin_s", 1, 96, Deep, Narrow), Of("swin_b", 1, 128, Deep, Broad),
        Of("swin_v2_t", 2, 96, Shallow, Narrow), Of("swin_v2_s", 2, 96, Deep, Narrow), Of("swin_v2_b", 2, 128, Deep, Broad),
    ];

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        fields.Choice("activation", "gelu");
        fields.Choice("pooling", "mean");
        var width = fields.Whole("width", 1, 8192);
        var heads = fields.Wholes("heads", Stages, 1, 256);
        var shape = new SwinShape(fields.Whole("version", 1, 2, preset: 1), fields.Whole("window", 2, 64), fields.Number("layerNormEpsilon", 1e-15, 1e-2, preset: SwinBlueprint.Epsilon));
        if (heads.Where((count, stage) => (width << stage) % count != 0).Any())
        {
            fields.Refuse($"'width' is {width} and 'heads' are {string.Join(", ", heads)}; expected heads that divide the channels of each stage, {string.Join(", ", Enumerable.Range(0, Stages).Select(stage => width << stage))}.");
        }

        return new SwinBlueprint(classes, shape, width, fields.Wholes("depths", Stages, 1, 200), heads);
    }

    private static PublishedNetwork Of(string name, int version, int width, int[] depths, int[] heads)
        => new(name, version == 1 ? 224 : 256, new SwinBlueprint(Classes, new(version, version == 1 ? 7 : 8, SwinBlueprint.Epsilon), width, depths, heads));
}

/// <summary>A Swin Transformer with every number settled.</summary>
/// <param name="Classes">Number of logits; 0 for a network that tells no classes apart.</param>
/// <param name="Shape">Version, window and epsilon.</param>
/// <param name="Width">Channels of the first stage; each further one has twice as many.</param>
/// <param name="Depths">Blocks of each stage.</param>
/// <param name="Heads">Heads of the attentions of each stage.</param>
/// <remarks>Names are timm's: <c>patch_embed</c>, <c>layers.1.downsample</c>, <c>layers.1.blocks.0</c>; torchvision's <c>features.3.0</c> means the same block.</remarks>
internal sealed record SwinBlueprint(int Classes, SwinShape Shape, int Width, IReadOnlyList<int> Depths, IReadOnlyList<int> Heads) : IBlueprint
{
    /// <summary>Added to the variances of layer-norm.</summary>
    public const double Epsilon = 1e-5;

    private const int PatchSize = 4;

    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        Layer pixels = graph.Add(new Pixels(preprocessing));
        Layer patches = graph.Add(new Convolution("patch_embed.proj", pixels, Width, Window.Square(PatchSize, PatchSize, Padding.None), hasBias: true));
        Layer x = graph.Add(new ChannelNormalization("patch_embed", patches, "patch_embed.norm", Shape.Epsilon) { Kind = LayerKind.Convolution, IsDefaultTap = true });
        graph.AddAlias("features.0", x);
        for (var stage = 0; stage < SwinTransformer.Stages; stage++)
        {
            x = stage == 0 ? x : AddMerging(graph, x, stage);
            for (var block = 0; block < Depths[stage]; block++)
            {
                x = AddBlock(graph, x, stage, block);
            }
        }

        x = graph.Add(new ChannelNormalization("norm", x, "norm", Shape.Epsilon) { Kind = LayerKind.Activation });
        var isLast = Classes == 0;
        x = graph.Add(new MapMean(isLast ? "embedding" : "head.global_pool", x) { Kind = isLast ? LayerKind.Embedding : null, IsDefaultTap = isLast });
        if (!isLast)
        {
            graph.Add(new Dense(NetworkDescription.Logits, x, Classes, "head.fc") { Kind = LayerKind.Logits, IsDefaultTap = true });
        }

        return graph;
    }

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => Build(preprocessing).Parameters;

    private PatchMerging AddMerging(LayerGraph graph, Layer x, int stage)
    {
        var name = FormattableString.Invariant($"layers.{stage}.downsample");
        var merged = graph.Add(new PatchMerging(name, x, Shape, name) { Kind = LayerKind.Convolution });
        graph.AddAlias(FormattableString.Invariant($"features.{2 * stage}"), merged);
        return merged;
    }

    private MapPerceptronSum AddBlock(LayerGraph graph, Layer x, int stage, int block)
    {
        var name = FormattableString.Invariant($"layers.{stage}.blocks.{block}");
        var norm = $"{name}.norm2";
        Layer attended = graph.Add(new WindowAttention($"{name}.attn", x, Shape, Heads[stage], name, isShifted: block % 2 == 1) { Kind = LayerKind.Addition });
        Layer units = graph.Add(new MapPerceptronUnits($"{name}.mlp.act", attended, name, Shape.IsSecond ? null : norm, Shape.Epsilon) { Kind = LayerKind.Activation });
        var sum = graph.Add(new MapPerceptronSum(name, attended, units, $"{name}.mlp.fc2", norm: Shape.IsSecond ? norm : null, epsilon: Shape.Epsilon) { Kind = LayerKind.Addition, IsDefaultTap = true });
        graph.AddAlias(FormattableString.Invariant($"features.{2 * stage + 1}.{block}"), sum);
        return sum;
    }
}
