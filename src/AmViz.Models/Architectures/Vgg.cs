namespace AmViz.Models;

/// <summary>VGG networks (Simonyan and Zisserman 2015) with and without batch-norm, as torchvision has them.</summary>
internal sealed class Vgg() : NamedArchitecture(
    "vgg", "VGG (Simonyan and Zisserman 2015; torchvision, timm)",
    Of("vgg11", [1, 1, 2, 2, 2]), Of("vgg11_bn", [1, 1, 2, 2, 2]), Of("vgg13", [2, 2, 2, 2, 2]), Of("vgg13_bn", [2, 2, 2, 2, 2]),
    Of("vgg16", [2, 2, 3, 3, 3]), Of("vgg16_bn", [2, 2, 3, 3, 3]), Of("vgg19", [2, 2, 4, 4, 4]), Of("vgg19_bn", [2, 2, 4, 4, 4]))
{
    /// <inheritdoc/>
    public override NameMap Names { get; } = new(
        new NameRule(".*\\.num_batches_tracked", null),

        // timm, whose dense layers are convolutions.
        new NameRule("pre_logits\\.fc1\\.(?<parameter>weight|bias)", "classifier.0.${parameter}", AxisOrder.DenseAsConvolution),
        new NameRule("pre_logits\\.fc2\\.(?<parameter>weight|bias)", "classifier.3.${parameter}", AxisOrder.DenseAsConvolution),
        new NameRule("head\\.fc\\.(?<parameter>weight|bias)", "classifier.6.${parameter}"));

    /// <inheritdoc/>
    protected override IBlueprint Settle(ConfigFields fields, NormalizedBlueprint blueprint)
        => base.Settle(fields, (VggBlueprint)blueprint with { ClassifierWidth = fields.Whole("classifierWidth", 1, 65_536, preset: VggBlueprint.PublishedWidth) });

    /// <inheritdoc/>
    protected override bool CanBeFolded(NormalizedBlueprint blueprint) => false;

    private static PublishedNetwork Of(string name, int[] stages)
        => new(name, InputSize: 224, new VggBlueprint(Classes: 1000, stages, HasBatchNorm: name.EndsWith("_bn", StringComparison.Ordinal)));
}

/// <summary>A VGG with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Stages">Convolutions between two poolings.</param>
/// <param name="HasBatchNorm">Whether batch-norm follows each convolution, which has a bias either way.</param>
/// <remarks>
/// Names are those of torchvision's modules, which are numbered through: <c>features.0</c>, <c>features.1</c> ..., <c>classifier.0</c>. The names of the paper's authors mean the same:
/// <c>conv1_1</c>, <c>relu1_1</c>, <c>pool1</c> ..., <c>fc6</c>, <c>relu6</c>, <c>fc7</c>, <c>relu7</c>.
/// </remarks>
internal sealed record VggBlueprint(int Classes, IReadOnlyList<int> Stages, bool HasBatchNorm) : NormalizedBlueprint(Classes, Epsilon: 1e-5)
{
    /// <summary>Values of each hidden layer of the published classifiers.</summary>
    public const int PublishedWidth = 4096;

    private const int FirstChannels = 64;
    private const int MostChannels = 512;
    private const int PooledSide = 7;

    /// <summary>Values of each hidden layer of the classifier.</summary>
    public int ClassifierWidth { get; init; } = PublishedWidth;

    /// <summary>A convolution has a bias with and without batch-norm, so that a file could not tell which it is.</summary>
    public override IBlueprint? FoldedForm => null;

    /// <inheritdoc/>
    public override LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        Layer x = graph.Add(new Pixels(preprocessing));
        var place = 0;
        for (var stage = 1; stage <= Stages.Count; stage++)
        {
            for (var number = 1; number <= Stages[stage - 1]; number++)
            {
                x = AddUnit(graph, x, Math.Min(FirstChannels << (stage - 1), MostChannels), ref place, $"{stage}_{number}");
            }

            x = graph.Add(new Pooling($"features.{place++}", x, Window.Square(2, 2, Padding.None), Pooling.LargestInside) { Kind = LayerKind.Pooling });
            graph.AddAlias($"pool{stage}", x);
        }

        x = graph.Add(new AdaptiveMean("avgpool", x, PooledSide) { Kind = LayerKind.Pooling });
        x = AddHidden(graph, x, 0, 6, Window.Square(PooledSide, 1, Padding.None));
        x = AddHidden(graph, x, 3, 7, Window.Point);
        x = graph.Add(new GlobalMean("flatten", x));                                 // of one position
        Layer logits = graph.Add(new Dense(NetworkDescription.Logits, x, Classes, "classifier.6") { Kind = LayerKind.Logits, IsDefaultTap = true });
        graph.AddAlias("classifier.6", logits);
        graph.AddAlias("classifier", logits);
        graph.AddAlias("fc8", logits);
        return graph;
    }

    private Activation AddUnit(LayerGraph graph, Layer x, int channels, ref int place, string number)
    {
        var bare = graph.Add(new Convolution($"features.{place++}", x, channels, Window.Square(3, 1, Padding.Of(1)), hasBias: true) { Kind = LayerKind.Convolution, IsDefaultTap = !HasBatchNorm });
        graph.AddAlias($"conv{number}", bare);
        Layer value = HasBatchNorm ? graph.Add(new BatchNormalization($"features.{place++}", bare, Epsilon) { Kind = LayerKind.BatchNormalization, IsDefaultTap = true }) : bare;
        var relu = graph.Add(new Activation($"features.{place++}", value, ActivationFunction.Relu) { Kind = LayerKind.Activation });
        graph.AddAlias($"relu{number}", relu);
        return relu;
    }

    // A dense layer over a map of fixed size is a convolution with a kernel of that size.
    private Activation AddHidden(LayerGraph graph, Layer x, int place, int number, Window window)
    {
        var dense = graph.Add(new Convolution($"classifier.{place}", x, ClassifierWidth, window, hasBias: true)
        {
            Kind = Convolution.KindOf(window, isDepthwise: false), IsDefaultTap = true, IsStoredFlat = true,
        });
        graph.AddAlias($"fc{number}", dense);
        var relu = graph.Add(new Activation($"classifier.{place + 1}", dense, ActivationFunction.Relu) { Kind = LayerKind.Activation });
        graph.AddAlias($"relu{number}", relu);
        return relu;
    }
}
