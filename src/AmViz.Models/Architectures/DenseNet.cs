namespace AmViz.Models;

/// <summary>DenseNets with bottlenecks and compression (Huang et al. 2017), as torchvision has them; timm's of the same names are the same.</summary>
internal sealed class DenseNet() : NamedArchitecture(
    "densenet", "DenseNet (Huang et al. 2017; torchvision, timm)",
    Of("densenet121", [6, 12, 24, 16]), Of("densenet161", [6, 12, 36, 24], growth: 48, first: 96), Of("densenet169", [6, 12, 32, 32]), Of("densenet201", [6, 12, 48, 32]))
{
    /// <inheritdoc/>
    public override NameMap Names { get; } = new(
        new NameRule(".*\\.num_batches_tracked", null),

        // Files of the first versions of torchvision, which its own loader renames as well.
        new NameRule("(?<layer>features\\.denseblock[0-9]+\\.denselayer[0-9]+\\.(?:norm|conv))\\.(?<rest>[12]\\..+)", "${layer}${rest}"));

    private static PublishedNetwork Of(string name, int[] blocks, int growth = 32, int first = 64)
        => new(name, InputSize: 224, new DenseNetBlueprint(Classes: 1000, blocks, growth, first));
}

/// <summary>A DenseNet with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Blocks">Layers of each dense block.</param>
/// <param name="Growth">Channels that each layer adds.</param>
/// <param name="FirstChannels">Of the first convolution.</param>
/// <remarks>Names are those of torchvision's modules; <c>features.denseblock1.denselayer1</c> is what the layer adds, <c>features.denseblock1</c> all channels after the block.</remarks>
internal sealed record DenseNetBlueprint(int Classes, IReadOnlyList<int> Blocks, int Growth, int FirstChannels) : NormalizedBlueprint(Classes, Epsilon: 1e-5)
{
    private const int Bottleneck = 4;

    /// <inheritdoc/>
    public override LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        Layer x = graph.Add(new Pixels(preprocessing));
        x = Normalized.Add(graph, "features.conv0", "features.norm0", x, FirstChannels, Window.Square(7, 2, Padding.Of(3)));
        x = AddRelu(graph, "features.relu0", x);
        x = graph.Add(new Pooling("features.pool0", x, Window.Square(3, 2, Padding.Of(1)), Pooling.LargestInside) { Kind = LayerKind.Pooling });
        for (var block = 1; block <= Blocks.Count; block++)
        {
            x = AddBlock(graph, $"features.denseblock{block}", x, Blocks[block - 1]);
            if (block < Blocks.Count)
            {
                x = AddTransition(graph, $"features.transition{block}", x);
            }
        }

        x = AddNorm(graph, "features.norm5", x, isDefault: true);
        AddClassifier(graph, AddRelu(graph, "relu", x), "classifier");
        return graph;
    }

    private Concatenation AddBlock(LayerGraph graph, string name, Layer x, int count)
    {
        List<Layer> made = [x];
        for (var number = 1; number <= count; number++)
        {
            var layer = $"{name}.denselayer{number}";
            var before = made.Count == 1 ? x : graph.Add(new Concatenation($"{layer}.cat", [.. made]));
            Layer y = AddRelu(graph, $"{layer}.relu1", AddNorm(graph, $"{layer}.norm1", before, isDefault: false));
            y = Normalized.Add(graph, $"{layer}.conv1", $"{layer}.norm2", y, Bottleneck * Growth, Window.Point);
            y = AddRelu(graph, $"{layer}.relu2", y);
            y = graph.Add(new Convolution($"{layer}.conv2", y, Growth, Window.Square(3, 1, Padding.Of(1))) { Kind = LayerKind.Convolution, IsDefaultTap = true });
            graph.AddAlias(layer, y);
            made.Add(y);
        }

        return graph.Add(new Concatenation(name, made) { Kind = LayerKind.Concatenation, IsDefaultTap = true });
    }

    private Pooling AddTransition(LayerGraph graph, string name, Layer x)
    {
        Layer y = AddRelu(graph, $"{name}.relu", AddNorm(graph, $"{name}.norm", x, isDefault: false));
        y = graph.Add(new Convolution($"{name}.conv", y, x.ChannelCount / 2, Window.Point) { Kind = LayerKind.PointwiseConvolution });
        var pooled = graph.Add(new Pooling($"{name}.pool", y, Window.Square(2, 2, Padding.None), Pooling.MeanOf) { Kind = LayerKind.Pooling, IsDefaultTap = true });
        graph.AddAlias(name, pooled);
        return pooled;
    }

    private BatchNormalization AddNorm(LayerGraph graph, string name, Layer x, bool isDefault)
        => graph.Add(new BatchNormalization(name, x, Epsilon) { Kind = LayerKind.BatchNormalization, IsDefaultTap = isDefault });

    private static Activation AddRelu(LayerGraph graph, string name, Layer x)
        => graph.Add(new Activation(name, x, ActivationFunction.Relu) { Kind = LayerKind.Activation });
}
