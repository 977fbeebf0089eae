namespace AmViz.Models;

/// <summary>EfficientNet B0 to B7 (Tan and Le 2019) and V2 (2021), as torchvision has them, and under timm's names as timm does.</summary>
internal sealed class EfficientNet() : NamedArchitecture(
    "efficientnet", "EfficientNet (Tan and Le 2019, 2021; torchvision, timm)", [.. FirstVersions(), .. SecondVersions()])
{
    private const double EpsilonOfTensorFlow = 1e-3;
    private const double EpsilonOfTimm = 1e-5;

    // Side, factor on width and on depth of B0 to B7 (torchvision's crops).
    private static readonly (int InputSize, double Width, double Depth)[] Scales =
    [
        (224, 1, 1), (240, 1, 1.1), (288, 1.1, 1.2), (300, 1.2, 1.4), (380, 1.4, 1.8), (456, 1.6, 2.2), (528, 1.8, 2.6), (600, 2, 3.1),
    ];

    /// <inheritdoc/>
    public override NameMap NamesOf(IBlueprint blueprint)
    {
        var stages = ((EfficientNetBlueprint)blueprint).Stages;
        var last = stages.Count + 1;
        var blocks = stages.SelectMany((stage, number) => Enumerable.Range(0, stage.Count).Select(block => new TimmBlock(
            $"blocks.{number}.{block}", $"features.{number + 1}.{block}", stage.IsFused, Expands: stage.Expansion > 1, Squeezes: !stage.IsFused)));
        return new(TimmNames.Rules(
            blocks, [("conv_stem", "features.0.0"), ("bn1", "features.0.1"), ("conv_head", $"features.{last}.0"), ("bn2", $"features.{last}.1"), ("classifier", "classifier.1")]));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<PublishedNetwork> Others { get; } =
    [
        .. FirstVersions().Concat(SecondVersions()).Select(network => new PublishedNetwork(
            $"tf_{network.Name.Replace("efficientnet_v2", "efficientnetv2", StringComparison.Ordinal)}", network.InputSize,
            (EfficientNetBlueprint)network.Blueprint with { Epsilon = EpsilonOfTensorFlow, PadsAsTensorFlow = true }) { Preprocessing = network.Preprocessing }),
    ];

    /// <inheritdoc/>
    protected override IBlueprint Settle(ConfigFields fields, NormalizedBlueprint blueprint)
        => base.Settle(fields, fields.Choice("definition", "torchvision", "timm") == "timm" && !((EfficientNetBlueprint)blueprint).PadsAsTensorFlow ? blueprint with { Epsilon = EpsilonOfTimm } : blueprint);

    private static IEnumerable<PublishedNetwork> FirstVersions() => Scales.Select((scale, number) => new PublishedNetwork($"efficientnet_b{number}", scale.InputSize, OfScale(number, scale.Width, scale.Depth)));

    private static IEnumerable<PublishedNetwork> SecondVersions()
        => [
        new("efficientnet_v2_s", 384, new EfficientNetBlueprint(1000, EpsilonOfTensorFlow, 24, [Fused(1, 1, 24, 2), Fused(4, 2, 48, 4), Fused(4, 2, 64, 4), Of(4, 2, 128, 6), Of(6, 1, 160, 9), Of(6, 2, 256, 15)], 1280)),
        new("efficientnet_v2_m", 480, new EfficientNetBlueprint(
            1000, EpsilonOfTensorFlow, 24, [Fused(1, 1, 24, 3), Fused(4, 2, 48, 5), Fused(4, 2, 80, 5), Of(4, 2, 160, 7), Of(6, 1, 176, 14), Of(6, 2, 304, 18), Of(6, 1, 512, 5)], 1280)),
        new("efficientnet_v2_l", 480, new EfficientNetBlueprint(
            1000, EpsilonOfTensorFlow, 32, [Fused(1, 1, 32, 4), Fused(4, 2, 64, 7), Fused(4, 2, 96, 7), Of(4, 2, 192, 10), Of(6, 1, 224, 19), Of(6, 2, 384, 25), Of(6, 1, 640, 7)], 1280)) { Preprocessing = Preprocessing.MinusOneToOne },
    ];

    // Table 1 of the first paper; torchvision took the epsilon of the largest three from TensorFlow.
    private static EfficientNetBlueprint OfScale(int number, double width, double depth)
    {
        EfficientNetStage[] stages = [Of(1, 1, 16, 1), Of(6, 2, 24, 2), Of(6, 2, 40, 2, 5), Of(6, 2, 80, 3), Of(6, 1, 112, 3, 5), Of(6, 2, 192, 4, 5), Of(6, 1, 320, 1)];
        int Wide(int channels) => Channels.Divisible(channels * width, EfficientNetBlueprint.Divisor);
        return new(
            1000, number < 5 ? 1e-5 : EpsilonOfTensorFlow, Wide(32), [.. stages.Select(stage => stage with { Channels = Wide(stage.Channels), Count = (int)Math.Ceiling(stage.Count * depth) })], 4 * Wide(320));
    }

    private static EfficientNetStage Of(int expansion, int stride, int channels, int count, int side = 3) => new(expansion, side, stride, channels, count, IsFused: false);

    private static EfficientNetStage Fused(int expansion, int stride, int channels, int count) => new(expansion, 3, stride, channels, count, IsFused: true);
}

/// <summary>Blocks of one form.</summary>
/// <param name="Expansion">Factor on the channels inside.</param>
/// <param name="Side">Of the kernel.</param>
/// <param name="Stride">Of the first block.</param>
/// <param name="Channels">They make.</param>
/// <param name="Count">How many.</param>
/// <param name="IsFused">Whether the expansion and the depthwise convolution are one whole convolution, without squeeze and excitation.</param>
internal sealed record EfficientNetStage(int Expansion, int Side, int Stride, int Channels, int Count, bool IsFused);

/// <summary>An EfficientNet with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Epsilon">Added to the variances of batch-norm.</param>
/// <param name="FirstChannels">Of the first convolution.</param>
/// <param name="Stages">From the first to the last.</param>
/// <param name="LastChannels">Of the last convolution.</param>
/// <remarks>Names are those of torchvision's modules; <c>features.3.1</c> is the output of a block, <c>features.3</c> of a stage.</remarks>
internal sealed record EfficientNetBlueprint(int Classes, double Epsilon, int FirstChannels, IReadOnlyList<EfficientNetStage> Stages, int LastChannels) : NormalizedBlueprint(Classes, Epsilon)
{
    /// <summary>Channel counts are multiples of this.</summary>
    public const int Divisor = 8;

    /// <summary>Whether it pads as TensorFlow's SAME, as weights do that were trained with it (timm: <c>tf_</c>).</summary>
    public bool PadsAsTensorFlow { get; init; }

    /// <inheritdoc/>
    public override LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        var unit = new ConvolutionUnit(graph, Normalized);
        Layer x = graph.Add(new Pixels(preprocessing));
        x = unit.Add("features.0", x, FirstChannels, Around(3, 2), ActivationFunction.Silu);
        for (var number = 1; number <= Stages.Count; number++)
        {
            var stage = Stages[number - 1];
            for (var block = 0; block < stage.Count; block++)
            {
                x = AddBlock(unit, $"features.{number}.{block}", x, stage, block == 0 ? stage.Stride : 1);
            }

            graph.AddAlias($"features.{number}", x);
        }

        x = unit.Add($"features.{Stages.Count + 1}", x, LastChannels, Window.Point, ActivationFunction.Silu);
        AddClassifier(graph, x, "classifier.1", "classifier");
        return graph;
    }

    private Layer AddBlock(ConvolutionUnit unit, string name, Layer x, EfficientNetStage stage, int stride)
    {
        var inner = Channels.Divisible(x.ChannelCount * stage.Expansion, Divisor);
        var expands = inner != x.ChannelCount;
        var place = 0;
        var y = x;
        if (stage.IsFused)
        {
            y = unit.Add($"{name}.block.{place++}", y, expands ? inner : stage.Channels, Around(stage.Side, stride), ActivationFunction.Silu);
        }
        else
        {
            y = expands ? unit.Add($"{name}.block.{place++}", y, inner, Window.Point, ActivationFunction.Silu) : y;
            y = unit.Add($"{name}.block.{place++}", y, inner, Around(stage.Side, stride), ActivationFunction.Silu, groups: inner);
            y = unit.Graph.Add(new SqueezeExcitation($"{name}.block.{place++}", y, Math.Max(1, x.ChannelCount / 4), ActivationFunction.Silu, ActivationFunction.Sigmoid) { Kind = LayerKind.Activation });
        }

        if (expands || !stage.IsFused)
        {
            y = unit.Add($"{name}.block.{place}", y, stage.Channels, Window.Point, function: null);
        }

        return ResidualBlock.Close(unit.Graph, name, x, y, stride);
    }

    private Window Around(int side, int stride) => Window.Square(side, stride, PadsAsTensorFlow ? Padding.Same : Padding.Of(side / 2));
}
