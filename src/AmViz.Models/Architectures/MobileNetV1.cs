namespace AmViz.Models;

/// <summary>MobileNetV1 (Howard et al. 2017) of any width, with the layer names of the Keras applications.</summary>
internal sealed class MobileNetV1 : IArchitecture
{
    private const int Classes = 1000;

    /// <inheritdoc/>
    public string Name => "mobilenet_v1";

    /// <inheritdoc/>
    public string Title => "MobileNetV1 (Howard et al. 2017; Keras applications)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new(KerasNames.Rules);

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published { get; } =
    [
        new("mobilenet_1_0_224", 224, new MobileNetV1Blueprint(Classes, Width: 1, Folded: false, MobileNetV1Blueprint.KerasEpsilon)),
    ];

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        fields.Text("padding", "TensorFlow SAME");
        fields.Text("activation", "relu6");
        var width = fields.Number("width", 0.01, 8);
        var batchNorm = BatchNormText.Read(fields, MobileNetV1Blueprint.KerasEpsilon);
        return new MobileNetV1Blueprint(classes, width, batchNorm.Folded, batchNorm.Epsilon) { FormIsTold = batchNorm.FormIsTold };
    }
}

/// <summary>MobileNetV1 with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Width">Factor on every channel count: int(width * channels).</param>
/// <param name="Folded">Whether the weights come with batch-norm folded in.</param>
/// <param name="Epsilon">Of batch-norm, where it is separate.</param>
/// <remarks>
/// Of convolution <c>conv_pw_5</c> three taps exist: <c>conv_pw_5</c> is the bare convolution (only where the weights keep
/// batch-norm separate), <c>conv_pw_5_bn</c> the value after batch-norm, <c>conv_pw_5_relu</c> the value after ReLU6.
/// </remarks>
internal sealed record MobileNetV1Blueprint(int Classes, double Width, bool Folded, double Epsilon) : IBlueprint
{
    /// <summary>Epsilon of the Keras applications MobileNet; used where a folder with separate batch-norm names none.</summary>
    public const double KerasEpsilon = 1e-3;

    /// <summary>What Keras calls the last convolution, whose values are the logits.</summary>
    private const string Predictions = "conv_preds";

    private const int FirstChannels = 32;

    // Output channels at width 1 and stride of each depthwise-separable block (Table 1 of the paper, top to bottom).
    private static readonly (int Channels, int Stride)[] Blocks =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1),
        (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        Layer x = graph.Add(new Pixels(preprocessing));
        x = AddUnit(graph, "conv1", x, Scaled(FirstChannels), Window.Square(3, 2, Padding.Same));
        for (var block = 1; block <= Blocks.Length; block++)
        {
            (var channels, var stride) = Blocks[block - 1];
            x = AddUnit(graph, $"conv_dw_{block}", x, x.ChannelCount, Window.Square(3, stride, Padding.Same), isDepthwise: true);
            x = AddUnit(graph, $"conv_pw_{block}", x, Scaled(channels), Window.Point);
        }

        x = graph.Add(new GlobalMean("global_average_pooling2d", x));
        Layer logits = graph.Add(new Dense(NetworkDescription.Logits, x, Classes, Predictions, isConvolution: true) { Kind = LayerKind.Logits, IsDefaultTap = true });
        graph.AddAlias(Predictions, logits);
        return graph;
    }

    /// <summary>Whether the configuration tells how the weights hold batch-norm.</summary>
    public bool FormIsTold { get; init; }

    /// <inheritdoc/>
    public IBlueprint? FoldedForm => Folded || FormIsTold ? null : this with { Folded = true };

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => (this with { Folded = false }).Build(preprocessing).Parameters;

    private Activation AddUnit(LayerGraph graph, string name, Layer input, int channels, Window window, bool isDepthwise = false)
    {
        var normalized = new NormalizedConvolution(Folded, Epsilon).Add(graph, name, $"{name}_bn", input, channels, window, isDepthwise);
        return graph.Add(new Activation($"{name}_relu", normalized, ActivationFunction.Relu6) { Kind = LayerKind.Activation });
    }

    // Keras: int(filters * alpha).
    private int Scaled(int channels) => Math.Max(1, (int)(channels * Width));
}
