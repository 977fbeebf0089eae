namespace AmViz.Models;

/// <summary>MobileNetV3 (Howard et al. 2019), as torchvision has it, and under timm's names as timm does.</summary>
internal sealed class MobileNetV3() : NamedArchitecture(
    "mobilenet_v3", "MobileNetV3 (Howard et al. 2019; torchvision, timm)",
    new("mobilenet_v3_small", InputSize, Small), new("mobilenet_v3_large", InputSize, Large))
{
    private const int InputSize = 224;
    private const double EpsilonOfTimm = 1e-5;

    // Blocks of each stage in timm.
    private static readonly int[] StagesOfSmall = [1, 2, 3, 2, 3];
    private static readonly int[] StagesOfLarge = [1, 2, 3, 4, 2, 3];

    private static MobileNetV3Blueprint Small => new(
        Classes: 1000,
        [
            new(3, 16, 16, true, false, 2), new(3, 72, 24, false, false, 2), new(3, 88, 24, false, false, 1), new(5, 96, 40, true, true, 2), new(5, 240, 40, true, true, 1),
            new(5, 240, 40, true, true, 1), new(5, 120, 48, true, true, 1), new(5, 144, 48, true, true, 1), new(5, 288, 96, true, true, 2), new(5, 576, 96, true, true, 1), new(5, 576, 96, true, true, 1),
        ],
        Hidden: 1024);

    private static MobileNetV3Blueprint Large => new(
        Classes: 1000,
        [
            new(3, 16, 16, false, false, 1), new(3, 64, 24, false, false, 2), new(3, 72, 24, false, false, 1), new(5, 72, 40, true, false, 2), new(5, 120, 40, true, false, 1),
            new(5, 120, 40, true, false, 1), new(3, 240, 80, false, true, 2), new(3, 200, 80, false, true, 1), new(3, 184, 80, false, true, 1), new(3, 184, 80, false, true, 1),
            new(3, 480, 112, true, true, 1), new(3, 672, 112, true, true, 1), new(5, 672, 160, true, true, 2), new(5, 960, 160, true, true, 1), new(5, 960, 160, true, true, 1),
        ],
        Hidden: 1280);

    /// <inheritdoc/>
    public override NameMap NamesOf(IBlueprint blueprint)
    {
        var all = ((MobileNetV3Blueprint)blueprint).Blocks;
        var last = $"features.{all.Count + 1}";
        var stages = all.Count == Large.Blocks.Count ? StagesOfLarge : StagesOfSmall;
        var blocks = stages.SelectMany((count, stage) => Enumerable.Range(0, count).Select(block => (Timm: $"blocks.{stage}.{block}", Number: stages.Take(stage).Sum() + block)))
            .Select(place => new TimmBlock(place.Timm, $"features.{place.Number + 1}", IsFused: false, Expands: place.Number > 0, all[place.Number].Squeezes));
        return new(TimmNames.Rules(
            blocks,
            [("conv_stem", "features.0.0"), ("bn1", "features.0.1"), ($"blocks.{stages.Length}.0.conv", $"{last}.0"), ($"blocks.{stages.Length}.0.bn1", $"{last}.1"), ("classifier", "classifier.3")],
            ("conv_head", "classifier.0")));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<PublishedNetwork> Others { get; } =
    [
        new("mobilenetv3_small_100", InputSize, Small with { Epsilon = EpsilonOfTimm }), new("mobilenetv3_large_100", InputSize, Large with { Epsilon = EpsilonOfTimm }),
        new("tf_mobilenetv3_small_100", InputSize, Small with { PadsAsTensorFlow = true }), new("tf_mobilenetv3_large_100", InputSize, Large with { PadsAsTensorFlow = true }),
    ];
}

/// <summary>A block of MobileNetV3.</summary>
/// <param name="Side">Of the depthwise kernel.</param>
/// <param name="Expanded">Channels inside.</param>
/// <param name="Channels">Channels it makes.</param>
/// <param name="Squeezes">Whether it has squeeze and excitation.</param>
/// <param name="IsHard">Whether its activation is hard-swish, instead of ReLU.</param>
/// <param name="Stride">Of the depthwise convolution.</param>
internal sealed record MobileNetV3Block(int Side, int Expanded, int Channels, bool Squeezes, bool IsHard, int Stride);

/// <summary>A MobileNetV3 with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Blocks">Tables 1 and 2 of the paper, top to bottom.</param>
/// <param name="Hidden">Values of the hidden layer of the classifier.</param>
/// <remarks>Names are those of torchvision's modules; <c>features.4</c> is the output of a block.</remarks>
internal sealed record MobileNetV3Blueprint(int Classes, IReadOnlyList<MobileNetV3Block> Blocks, int Hidden) : NormalizedBlueprint(Classes, Epsilon: 1e-3)
{
    private const int FirstChannels = 16;
    private const int LastFactor = 6;
    private const int Divisor = 8;

    /// <summary>Whether it pads as TensorFlow's SAME, as weights do that were trained with it (timm: <c>tf_</c>).</summary>
    public bool PadsAsTensorFlow { get; init; }

    /// <inheritdoc/>
    public override LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        var unit = new ConvolutionUnit(graph, Normalized);
        Layer x = graph.Add(new Pixels(preprocessing));
        x = unit.Add("features.0", x, FirstChannels, Around(3, 2), ActivationFunction.HardSwish);
        for (var number = 1; number <= Blocks.Count; number++)
        {
            x = AddBlock(unit, $"features.{number}", x, Blocks[number - 1]);
        }

        x = unit.Add($"features.{Blocks.Count + 1}", x, LastFactor * x.ChannelCount, Window.Point, ActivationFunction.HardSwish);
        x = graph.Add(new AdaptiveMean("avgpool", x, side: 1) { Kind = LayerKind.Pooling });
        x = graph.Add(new Convolution("classifier.0", x, Hidden, Window.Point, hasBias: true) { Kind = LayerKind.PointwiseConvolution, IsDefaultTap = true, IsStoredFlat = true });
        x = graph.Add(new Activation("classifier.1", x, ActivationFunction.HardSwish) { Kind = LayerKind.Activation });
        x = graph.Add(new GlobalMean("flatten", x));                                 // of one position
        Layer logits = graph.Add(new Dense(NetworkDescription.Logits, x, Classes, "classifier.3") { Kind = LayerKind.Logits, IsDefaultTap = true });
        graph.AddAlias("classifier.3", logits);
        graph.AddAlias("classifier", logits);
        return graph;
    }

    private Layer AddBlock(ConvolutionUnit unit, string name, Layer x, MobileNetV3Block block)
    {
        var function = block.IsHard ? ActivationFunction.HardSwish : ActivationFunction.Relu;
        var place = 0;
        var y = x;
        if (block.Expanded != x.ChannelCount)
        {
            y = unit.Add($"{name}.block.{place++}", y, block.Expanded, Window.Point, function);
        }

        y = unit.Add($"{name}.block.{place++}", y, block.Expanded, Around(block.Side, block.Stride), function, groups: block.Expanded);
        if (block.Squeezes)
        {
            y = unit.Graph.Add(new SqueezeExcitation($"{name}.block.{place++}", y, Rounded(block.Expanded / 4), ActivationFunction.Relu, ActivationFunction.HardSigmoid) { Kind = LayerKind.Activation });
        }

        y = unit.Add($"{name}.block.{place}", y, block.Channels, Window.Point, function: null);
        return ResidualBlock.Close(unit.Graph, name, x, y, block.Stride);
    }

    private Window Around(int side, int stride) => Window.Square(side, stride, PadsAsTensorFlow ? Padding.Same : Padding.Of(side / 2));

    private static int Rounded(int channels) => Channels.Divisible(channels, Divisor);
}
