namespace AmViz.Models;

/// <summary>ConvNeXt (Liu et al. 2022) and ConvNeXt V2 (Woo et al. 2023) of any depths and widths.</summary>
internal sealed class ConvNext : IArchitecture
{
    private const int Classes = 1000;
    private const int InputSize = 224;

    /// <inheritdoc/>
    public string Name => "convnext";

    /// <inheritdoc/>
    public string Title => "ConvNeXt (Liu et al. 2022; V2: Woo et al. 2023; torchvision, timm)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new(ConvNextNames.Rules);

    /// <inheritdoc/>
    public bool MayLackClasses => true;

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published { get; } =
    [
        .. ConvNextSizes.All.Select(size => new PublishedNetwork(
            $"convnext{(size.Version == 2 ? "v2" : string.Empty)}_{size.Name}", InputSize, new ConvNextBlueprint(Classes, size.Version, size.Depths, size.Widths))),
    ];

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        fields.Choice("activation", "gelu");
        fields.Choice("pooling", "mean");
        return new ConvNextBlueprint(
            classes, fields.Whole("version", 1, 2, preset: 1), fields.Wholes("depths", ConvNextSize.Stages, 1, 200), fields.Wholes("widths", ConvNextSize.Stages, 1, 16_384))
        {
            HeadEpsilon = fields.Number("headEpsilon", 1e-15, 1e-2, preset: ConvNextBlueprint.Epsilon),
        };
    }
}

/// <summary>A ConvNeXt with every number settled.</summary>
/// <param name="Classes">Number of logits; 0 for a network that tells no classes apart.</param>
/// <param name="Version">1: each block has LayerScale; 2: global response normalization instead.</param>
/// <param name="Depths">Blocks of each stage.</param>
/// <param name="Widths">Channels of each stage.</param>
/// <remarks>Names are timm's: <c>stem</c>, <c>stages.1.downsample</c>, <c>stages.1.blocks.2</c>; torchvision's <c>features.3.2</c> means the same block.</remarks>
internal sealed record ConvNextBlueprint(int Classes, int Version, IReadOnlyList<int> Depths, IReadOnlyList<int> Widths) : IBlueprint
{
    /// <summary>Added to the variances of layer-norm.</summary>
    public const double Epsilon = 1e-6;

    private const int PatchSize = 4;
    private const int KernelSize = 7;

    /// <summary>Added to the variance of the last layer-norm; Hugging Face has 1e-12 there.</summary>
    public double HeadEpsilon { get; init; } = Epsilon;

    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        Layer pixels = graph.Add(new Pixels(preprocessing));
        Layer patches = graph.Add(new Convolution("stem_conv", pixels, Widths[0], Window.Square(PatchSize, PatchSize, Padding.None), hasBias: true, tensorName: "stem.0"));
        Layer x = graph.Add(new ChannelNormalization("stem", patches, "stem.1", Epsilon) { Kind = LayerKind.Convolution, IsDefaultTap = true });
        graph.AddAlias("features.0", x);
        for (var stage = 0; stage < ConvNextSize.Stages; stage++)
        {
            x = stage == 0 ? x : AddDownsampling(graph, x, stage);
            for (var block = 0; block < Depths[stage]; block++)
            {
                x = AddBlock(graph, x, stage, block);
            }
        }

        x = graph.Add(new GlobalMean("head.global_pool", x));
        var isLast = Classes == 0;
        x = graph.Add(new VectorNormalization(isLast ? "embedding" : "head.norm", x, "head.norm", HeadEpsilon) { Kind = isLast ? LayerKind.Embedding : null, IsDefaultTap = isLast });
        if (!isLast)
        {
            graph.Add(new Dense(NetworkDescription.Logits, x, Classes, "head.fc") { Kind = LayerKind.Logits, IsDefaultTap = true });
        }

        return graph;
    }

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => Build(preprocessing).Parameters;

    private Convolution AddDownsampling(LayerGraph graph, Layer x, int stage)
    {
        var name = FormattableString.Invariant($"stages.{stage}.downsample");
        Layer normalized = graph.Add(new ChannelNormalization($"{name}.0", x, $"{name}.0", Epsilon));
        var halved = graph.Add(new Convolution(name, normalized, Widths[stage], Window.Square(2, 2, Padding.None), hasBias: true, tensorName: $"{name}.1") { Kind = LayerKind.Convolution });
        graph.AddAlias(FormattableString.Invariant($"features.{2 * stage}"), halved);
        return halved;
    }

    private MapPerceptronSum AddBlock(LayerGraph graph, Layer x, int stage, int block)
    {
        var name = FormattableString.Invariant($"stages.{stage}.blocks.{block}");
        Layer spread = graph.Add(new Convolution(
            $"{name}.conv_dw", x, x.ChannelCount, Window.Square(KernelSize, 1, Padding.Of(KernelSize / 2)), isDepthwise: true, hasBias: true) { Kind = LayerKind.DepthwiseConvolution });
        Layer units = graph.Add(new MapPerceptronUnits(Version == 2 ? $"{name}.mlp.grn" : $"{name}.mlp.act", spread, name, $"{name}.norm", Epsilon, hasResponseNorm: Version == 2) { Kind = LayerKind.Activation });
        var sum = graph.Add(new MapPerceptronSum(name, x, units, $"{name}.mlp.fc2", Version == 2 ? null : $"{name}.gamma") { Kind = LayerKind.Addition, IsDefaultTap = true });
        graph.AddAlias(FormattableString.Invariant($"features.{2 * stage + 1}.{block}"), sum);
        return sum;
    }
}
