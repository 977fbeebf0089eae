namespace AmViz.Models;

/// <summary>ResNets with activation before convolution (He et al. 2016, "Identity mappings"), as the Keras applications have them.</summary>
internal sealed class ResNetV2 : IArchitecture
{
    private const int Classes = 1000;
    private const int InputSize = 224;

    /// <inheritdoc/>
    public string Name => "resnet_v2";

    /// <inheritdoc/>
    public string Title => "ResNetV2 (He et al. 2016; Keras applications)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new(KerasNames.With(("probs", "predictions")));

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published { get; } =
    [
        .. ResNetV2Blueprint.Depths.Select(depth => new PublishedNetwork($"resnet{depth}v2", InputSize, new ResNetV2Blueprint(Classes, depth))),
    ];

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        var depth = fields.Whole("depth", 1, 1000);
        if (!ResNetV2Blueprint.Depths.Contains(depth))
        {
            fields.Refuse($"'depth' is {depth}; expected {string.Join(" or ", ResNetV2Blueprint.Depths)}.");
            depth = ResNetV2Blueprint.Depths[0];
        }

        var (folded, formIsTold) = BatchNormText.ReadForm(fields, ResNetV2Blueprint.Epsilon);
        return new ResNetV2Blueprint(classes, depth) { Folded = folded, FormIsTold = formIsTold };
    }
}

/// <summary>A ResNetV2 with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Depth">50, 101 or 152.</param>
/// <remarks>
/// Names are those of Keras. Where Keras differs from the paper, so does this: the first convolution has a bias, and it is the last
/// block of a stage, not the first of the next, that halves the map.
/// </remarks>
internal sealed record ResNetV2Blueprint(int Classes, int Depth) : IBlueprint
{
    /// <summary>Added to the variances of batch-norm.</summary>
    public const double Epsilon = 1.001e-5;

    private const int Expansion = 4;
    private const int FirstChannels = 64;

    private static readonly Dictionary<int, int[]> BlocksOfStages = new()
    {
        [50] = [3, 4, 6, 3],
        [101] = [3, 4, 23, 3],
        [152] = [3, 8, 36, 3],
    };

    /// <summary>The depths there are.</summary>
    public static IReadOnlyList<int> Depths { get; } = [.. BlocksOfStages.Keys.Order()];

    /// <summary>Whether the weights come with batch-norm folded in where it follows a convolution. The one before each block and the last one read a sum or a maximum of which other layers
    /// read too, so they stay.</summary>
    public bool Folded { get; init; }

    /// <summary>Whether the configuration tells how the weights hold batch-norm.</summary>
    public bool FormIsTold { get; init; }

    /// <inheritdoc/>
    public IBlueprint? FoldedForm => Folded || FormIsTold ? null : this with { Folded = true };

    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        Layer x = graph.Add(new Pixels(preprocessing));
        x = graph.Add(new Convolution("conv1_conv", x, FirstChannels, Window.Square(7, 2, Padding.Of(3)), hasBias: true) { Kind = LayerKind.Convolution, IsDefaultTap = true });
        x = graph.Add(new Pooling("pool1_pool", x, Window.Square(3, 2, Padding.Of(1)), Pooling.Largest) { Kind = LayerKind.Pooling });
        var stages = BlocksOfStages[Depth];
        for (var stage = 0; stage < stages.Length; stage++)
        {
            for (var block = 1; block <= stages[stage]; block++)
            {
                var halves = block == stages[stage] && stage < stages.Length - 1;
                x = AddBlock(graph, $"conv{stage + 2}_block{block}", x, FirstChannels << stage, halves ? 2 : 1, isFirst: block == 1);
            }
        }

        x = AddNormalized(graph, "post", x, isDefault: true);
        x = graph.Add(new GlobalMean("avg_pool", x));
        Layer logits = graph.Add(new Dense(NetworkDescription.Logits, x, Classes, "predictions") { Kind = LayerKind.Logits, IsDefaultTap = true });
        graph.AddAlias("predictions", logits);
        return graph;
    }

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => (this with { Folded = false }).Build(preprocessing).Parameters;

    private Addition AddBlock(LayerGraph graph, string name, Layer x, int channels, int stride, bool isFirst)
    {
        Layer before = AddNormalized(graph, $"{name}_preact", x, isDefault: false);
        var shortcut = isFirst
            ? graph.Add(new Convolution($"{name}_0_conv", before, Expansion * channels, Window.Square(1, stride, Padding.None), hasBias: true) { Kind = LayerKind.PointwiseConvolution })
            : stride == 1 ? x : graph.Add(new Pooling($"{name}_0_pool", x, Window.Square(1, stride, Padding.None), Pooling.Largest));

        Layer y = AddUnit(graph, $"{name}_1", before, channels, Window.Point);
        y = AddUnit(graph, $"{name}_2", y, channels, Window.Square(3, stride, Padding.Of(1)));
        y = graph.Add(new Convolution($"{name}_3_conv", y, Expansion * channels, Window.Point, hasBias: true) { Kind = LayerKind.PointwiseConvolution });
        return graph.Add(new Addition($"{name}_out", shortcut, y) { Kind = LayerKind.Addition, IsDefaultTap = true });
    }

    private Activation AddUnit(LayerGraph graph, string name, Layer x, int channels, Window window)
    {
        var normalized = new NormalizedConvolution(Folded, Epsilon).Add(graph, $"{name}_conv", $"{name}_bn", x, channels, window);
        return graph.Add(new Activation($"{name}_relu", normalized, ActivationFunction.Relu) { Kind = LayerKind.Activation });
    }

    private static Activation AddNormalized(LayerGraph graph, string name, Layer x, bool isDefault)
    {
        Layer normalized = graph.Add(new BatchNormalization($"{name}_bn", x, Epsilon) { Kind = LayerKind.BatchNormalization, IsDefaultTap = isDefault });
        return graph.Add(new Activation($"{name}_relu", normalized, ActivationFunction.Relu) { Kind = LayerKind.Activation });
    }
}
