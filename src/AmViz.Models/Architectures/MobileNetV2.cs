namespace AmViz.Models;

/// <summary>MobileNetV2 (Sandler et al. 2018) of any width, as the Keras applications or torchvision define it.</summary>
internal sealed class MobileNetV2 : IArchitecture
{
    private const int Classes = 1000;
    private const int InputSize = 224;

    /// <inheritdoc/>
    public string Name => "mobilenet_v2";

    /// <inheritdoc/>
    public string Title => "MobileNetV2 (Sandler et al. 2018; Keras applications, torchvision)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new([.. KerasNames.With(("Logits", "predictions")), .. MobileNetV2Names.Rules]);

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published { get; } = [new("mobilenet_v2_1_0_224", InputSize, new MobileNetV2Blueprint(Classes, Width: 1, Definition.Keras))];

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        var width = fields.Number("width", 0.01, 8, preset: 1);
        var separate = new MobileNetV2Blueprint(classes, width, Definitions.Read(fields));
        var (folded, formIsTold) = BatchNormText.ReadForm(fields, separate.Epsilon);
        return separate with { Folded = folded, FormIsTold = formIsTold };
    }
}

/// <summary>A MobileNetV2 with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Width">Factor on every channel count, the result made a multiple of 8.</param>
/// <param name="Definition">Keras pads as TensorFlow's SAME and has an epsilon of 1e-3, torchvision pads evenly and has 1e-5.</param>
/// <remarks>Names are those of Keras.</remarks>
internal sealed record MobileNetV2Blueprint(int Classes, double Width, Definition Definition) : IBlueprint
{
    private const int FirstChannels = 32;
    private const int LastChannels = 1280;
    private const int Divisor = 8;

    // Expansion, output channels at width 1, number of blocks, stride of the first (Table 2 of the paper, top to bottom).
    private static readonly (int Expansion, int Channels, int Count, int Stride)[] Stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    /// <summary>Added to the variances of batch-norm.</summary>
    public double Epsilon => Definition == Definition.Keras ? 1e-3 : 1e-5;

    /// <summary>Whether the weights come with batch-norm folded in.</summary>
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
        x = AddConvolution(graph, "Conv1", "bn_Conv1", x, Scaled(FirstChannels), Around(2));
        x = AddActivation(graph, "Conv1_relu", x);
        var number = 0;
        foreach ((var expansion, var channels, var count, var stride) in Stages)
        {
            for (var i = 0; i < count; i++)
            {
                var prefix = number == 0 ? "expanded_conv" : $"block_{number}";
                x = AddBlock(graph, prefix, x, expansion, Scaled(channels), i == 0 ? stride : 1);
                number++;
            }
        }

        x = AddConvolution(graph, "Conv_1", "Conv_1_bn", x, Width > 1 ? Scaled(LastChannels) : LastChannels, Window.Point);
        x = AddActivation(graph, "out_relu", x);
        x = graph.Add(new GlobalMean("global_average_pooling2d", x));
        Layer logits = graph.Add(new Dense(NetworkDescription.Logits, x, Classes, "predictions") { Kind = LayerKind.Logits, IsDefaultTap = true });
        graph.AddAlias("predictions", logits);
        return graph;
    }

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => (this with { Folded = false }).Build(preprocessing).Parameters;

    private Layer AddBlock(LayerGraph graph, string prefix, Layer input, int expansion, int channels, int stride)
    {
        var x = input;
        if (expansion > 1)
        {
            x = AddConvolution(graph, $"{prefix}_expand", $"{prefix}_expand_BN", x, expansion * input.ChannelCount, Window.Point);
            x = AddActivation(graph, $"{prefix}_expand_relu", x);
        }

        x = AddConvolution(graph, $"{prefix}_depthwise", $"{prefix}_depthwise_BN", x, x.ChannelCount, Around(stride), isDepthwise: true);
        x = AddActivation(graph, $"{prefix}_depthwise_relu", x);
        x = AddConvolution(graph, $"{prefix}_project", $"{prefix}_project_BN", x, channels, Window.Point);
        return stride == 1 && input.ChannelCount == channels
            ? graph.Add(new Addition($"{prefix}_add", input, x) { Kind = LayerKind.Addition })
            : x;
    }

    private Layer AddConvolution(LayerGraph graph, string name, string normName, Layer input, int channels, Window window, bool isDepthwise = false)
        => new NormalizedConvolution(Folded, Epsilon).Add(graph, name, normName, input, channels, window, isDepthwise);

    private static Activation AddActivation(LayerGraph graph, string name, Layer input)
        => graph.Add(new Activation(name, input, ActivationFunction.Relu6) { Kind = LayerKind.Activation });

    private Window Around(int stride) => Window.Square(3, stride, Definition == Definition.Keras ? Padding.Same : Padding.Of(1));

    // Both libraries round to the nearest multiple of 8, but not below nine tenths; Keras cuts off the fraction first.
    private int Scaled(int channels)
    {
        var exact = Definition == Definition.Keras ? (int)(channels * Width) : channels * Width;
        var rounded = Math.Max(Divisor, (int)(exact + Divisor / 2.0) / Divisor * Divisor);
        return rounded < 0.9 * exact ? rounded + Divisor : rounded;
    }
}
