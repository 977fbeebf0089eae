namespace AmViz.Models;

/// <summary>ResNets with activation after convolution (He et al. 2016, "Deep residual learning"), ResNeXt and Wide ResNet, as torchvision has them; timm's of the same names are the same.</summary>
internal sealed class ResNet() : NamedArchitecture(
    "resnet", "ResNet (He et al. 2016; torchvision, timm), ResNeXt (Xie et al. 2017), Wide ResNet (Zagoruyko and Komodakis 2016)",
    Of("resnet18", [2, 2, 2, 2], isBasic: true), Of("resnet34", [3, 4, 6, 3], isBasic: true),
    Of("resnet50", [3, 4, 6, 3]), Of("resnet101", [3, 4, 23, 3]), Of("resnet152", [3, 8, 36, 3]),
    Of("resnext50_32x4d", [3, 4, 6, 3], groups: 32, width: 4), Of("resnext101_32x8d", [3, 4, 23, 3], groups: 32, width: 8),
    Of("resnext101_64x4d", [3, 4, 23, 3], groups: 64, width: 4),
    Of("wide_resnet50_2", [3, 4, 6, 3], width: 128), Of("wide_resnet101_2", [3, 4, 23, 3], width: 128))
{
    /// <inheritdoc/>
    public override NameMap Names { get; } = new(ResNetNames.Rules);

    private static PublishedNetwork Of(string name, int[] blocks, bool isBasic = false, int groups = 1, int width = 64)
        => new(name, InputSize: 224, new ResNetBlueprint(Classes: 1000, new(blocks, isBasic, groups, width)));
}

/// <summary>What tells one ResNet from another.</summary>
/// <param name="Blocks">Blocks of each stage.</param>
/// <param name="IsBasic">Whether blocks are two 3x3 convolutions, instead of 1x1, 3x3, 1x1 of four times the channels.</param>
/// <param name="Groups">Groups of the 3x3 convolutions.</param>
/// <param name="GroupWidth">Channels of a group in the first stage, out of 64.</param>
internal sealed record ResNetShape(IReadOnlyList<int> Blocks, bool IsBasic, int Groups, int GroupWidth);

/// <summary>A ResNet with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Shape">All other measures.</param>
/// <remarks>
/// Names are those of torchvision's modules; sums and activations, which are no modules of their own there, are called as its feature extraction numbers them:
/// <c>layer1.0.relu</c>, <c>layer1.0.relu_1</c>, <c>layer1.0.add</c>. A block's name is its output. It is the 3x3 convolution that halves the map.
/// </remarks>
internal sealed record ResNetBlueprint(int Classes, ResNetShape Shape) : NormalizedBlueprint(Classes, 1e-5)
{
    private const int FirstChannels = 64;
    private const int Expansion = 4;

    /// <inheritdoc/>
    public override LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        Layer x = graph.Add(new Pixels(preprocessing));
        x = AddUnit(graph, "conv1", "bn1", "relu", x, FirstChannels, Window.Square(7, 2, Padding.Of(3)));
        x = graph.Add(new Pooling("maxpool", x, Window.Square(3, 2, Padding.Of(1)), Pooling.LargestInside) { Kind = LayerKind.Pooling });
        for (var stage = 0; stage < Shape.Blocks.Count; stage++)
        {
            for (var block = 0; block < Shape.Blocks[stage]; block++)
            {
                x = AddBlock(graph, $"layer{stage + 1}.{block}", x, FirstChannels << stage, stride: stage > 0 && block == 0 ? 2 : 1);
            }

            graph.AddAlias($"layer{stage + 1}", x);
        }

        AddClassifier(graph, x, "fc");
        return graph;
    }

    private Activation AddBlock(LayerGraph graph, string name, Layer x, int channels, int stride)
    {
        var outputs = Shape.IsBasic ? channels : Expansion * channels;
        Layer y;
        if (Shape.IsBasic)
        {
            y = AddUnit(graph, $"{name}.conv1", $"{name}.bn1", $"{name}.relu", x, channels, Window.Square(3, stride, Padding.Of(1)));
            y = Normalized.Add(graph, $"{name}.conv2", $"{name}.bn2", y, channels, Window.Square(3, 1, Padding.Of(1)), isDefault: false);
        }
        else
        {
            var inner = channels * Shape.GroupWidth / FirstChannels * Shape.Groups;
            y = AddUnit(graph, $"{name}.conv1", $"{name}.bn1", $"{name}.relu", x, inner, Window.Point);
            y = AddUnit(graph, $"{name}.conv2", $"{name}.bn2", $"{name}.relu_1", y, inner, Window.Square(3, stride, Padding.Of(1)), Shape.Groups);
            y = Normalized.Add(graph, $"{name}.conv3", $"{name}.bn3", y, outputs, Window.Point, isDefault: false);
        }

        if (stride > 1 || x.ChannelCount != outputs)
        {
            x = Normalized.Add(graph, $"{name}.downsample.0", $"{name}.downsample.1", x, outputs, Window.Square(1, stride, Padding.None), isDefault: false);
        }

        Layer sum = graph.Add(new Addition($"{name}.add", x, y) { Kind = LayerKind.Addition });
        return graph.Add(new Activation(name, sum, ActivationFunction.Relu) { Kind = LayerKind.Activation, IsDefaultTap = true });
    }

    private Activation AddUnit(LayerGraph graph, string convolution, string norm, string relu, Layer x, int channels, Window window, int groups = 1)
        => graph.Add(new Activation(relu, Normalized.Add(graph, convolution, norm, x, channels, window, groups: groups), ActivationFunction.Relu) { Kind = LayerKind.Activation });
}
