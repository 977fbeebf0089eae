namespace AmViz.Models;

/// <summary>GoogLeNet, also called InceptionV1 (Szegedy et al. 2015), as torchvision has it, and as the BVLC trained it with Caffe.</summary>
internal sealed class GoogLeNet() : NamedArchitecture(
    "googlenet", "GoogLeNet, InceptionV1 (Szegedy et al. 2015; torchvision, BVLC Caffe)",
    new("googlenet", InputSize: 224, new GoogLeNetBlueprint(Classes: 1000)) { Preprocessing = Preprocessing.MinusOneToOne },
    new("bvlc_googlenet", InputSize: 224, new GoogLeNetBlueprint(Classes: 1000) { IsOfCaffe = true }) { Preprocessing = Preprocessing.OfBytes([123, 117, 104], deviation: null) })
{
    /// <inheritdoc/>
    public override NameMap Names { get; } = new(new NameRule(".*\\.num_batches_tracked", null), new NameRule("aux[12]\\..*", null));

    /// <inheritdoc/>
    protected override bool CanBeFolded(NormalizedBlueprint blueprint) => !((GoogLeNetBlueprint)blueprint).IsOfCaffe;

    /// <inheritdoc/>
    protected override IBlueprint Settle(ConfigFields fields, NormalizedBlueprint blueprint)
    {
        var transforms = fields.Flag("transformInput", preset: false);
        if (transforms && (fields.Find("inputChannels") is not null || ((GoogLeNetBlueprint)blueprint).IsOfCaffe))
        {
            fields.Refuse("'transformInput' is true; that is of torchvision's network for pictures of red, green and blue ('googlenet' without the field 'inputChannels').");
            transforms = false;
        }

        return base.Settle(fields, (GoogLeNetBlueprint)blueprint with { TransformsInput = transforms });
    }
}

/// <summary>A GoogLeNet with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <remarks>
/// Torchvision's has batch-norm, and 3x3 convolutions where the paper has 5x5. Its units are <c>conv1.conv</c>, <c>conv1.bn</c>, and <c>conv1</c> after ReLU, modules are <c>inception3a</c>.
/// Caffe's has neither; <c>conv1_7x7_s2</c> is the blob of that name, after ReLU, and <c>conv1_7x7_s2_pre_relu</c> the value before; modules are <c>inception_3a_output</c>.
/// In both <c>mixed3a</c>, lucid's name, means the module.
/// </remarks>
internal sealed record GoogLeNetBlueprint(int Classes) : NormalizedBlueprint(Classes, Epsilon: 1e-3)
{
    // Channels of the 1x1 branch, before and after the 3x3, before and after the 5x5, and behind the pooling (Table 1 of the paper).
    private static readonly (string Name, int Ones, int Threes, int ThreesOut, int Fives, int FivesOut, int Pooled)[] Modules =
    [
        ("3a", 64, 96, 128, 16, 32, 32), ("3b", 128, 128, 192, 32, 96, 64),
        ("4a", 192, 96, 208, 16, 48, 64), ("4b", 160, 112, 224, 24, 64, 64), ("4c", 128, 128, 256, 24, 64, 64), ("4d", 112, 144, 288, 32, 64, 64), ("4e", 256, 160, 320, 32, 128, 128),
        ("5a", 256, 160, 320, 32, 128, 128), ("5b", 384, 192, 384, 48, 128, 128),
    ];

    // In Caffe's order within a module: its names, then torchvision's.
    private static readonly string[] CaffeBranches = ["1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj", "pool"];
    private static readonly string[] Branches = ["branch1", "branch2.0", "branch2.1", "branch3.0", "branch3.1", "branch4.1", "branch4.0"];

    /// <summary>Whether it is that of Caffe: no batch-norm, but response normalization.</summary>
    public bool IsOfCaffe { get; init; }

    /// <summary>Torchvision's <c>transform_input</c>: pixels standardized by ImageNet's mean and deviation are made x / 127.5 - 1.</summary>
    public bool TransformsInput { get; init; }

    /// <inheritdoc/>
    public override IBlueprint? FoldedForm => IsOfCaffe ? null : base.FoldedForm;

    /// <inheritdoc/>
    public override LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        Layer x = graph.Add(new Pixels(TransformsInput ? Transform(preprocessing) : preprocessing));
        x = AddUnit(graph, IsOfCaffe ? "conv1_7x7_s2" : "conv1", x, 64, Window.Square(7, 2, Padding.Of(3)), isDefault: true);
        x = AddResponse(graph, "pool1_norm1", AddPool(graph, 1, x, 3));
        x = AddUnit(graph, IsOfCaffe ? "conv2_3x3_reduce" : "conv2", x, 64, Window.Point, isDefault: true);
        x = AddUnit(graph, IsOfCaffe ? "conv2_3x3" : "conv3", x, 192, Window.Square(3, 1, Padding.Of(1)), isDefault: true);
        x = AddPool(graph, 2, AddResponse(graph, "conv2_norm2", x), 3);
        foreach (var module in Modules)
        {
            x = module.Name switch
            {
                "4a" => AddPool(graph, 3, x, 3),
                "5a" => AddPool(graph, 4, x, IsOfCaffe ? 3 : 2),
                _ => x,
            };
            x = AddModule(graph, x, module);
        }

        AddClassifier(graph, x, IsOfCaffe ? "loss3_classifier" : "fc");
        return graph;
    }

    // (x - m) / d of before, times a, plus b.
    private static Preprocessing Transform(Preprocessing before)
    {
        var (mean, deviation) = (Preprocessing.ImageNet.Mean, Preprocessing.ImageNet.Deviation);
        var half = Preprocessing.MinusOneToOne;
        var factors = deviation.Zip(half.Deviation, (theirs, ours) => theirs / ours).ToList();
        var shifts = mean.Zip(half.Mean, half.Deviation).Select(all => (all.First - all.Second) / all.Third).ToList();
        return before with
        {
            Mean = [.. before.Mean.Select((value, i) => value - before.Deviation[i] * shifts[i] / factors[i])],
            Deviation = [.. before.Deviation.Select((value, i) => value / factors[i])],
        };
    }

    private Concatenation AddModule(LayerGraph graph, Layer x, (string Name, int Ones, int Threes, int ThreesOut, int Fives, int FivesOut, int Pooled) module)
    {
        string Of(int branch) => IsOfCaffe ? $"inception_{module.Name}_{CaffeBranches[branch]}" : $"inception{module.Name}.{Branches[branch]}";
        var around = Window.Square(3, 1, Padding.Of(1));
        Layer ones = AddUnit(graph, Of(0), x, module.Ones, Window.Point);
        Layer threes = AddUnit(graph, Of(2), AddUnit(graph, Of(1), x, module.Threes, Window.Point), module.ThreesOut, around);
        Layer fives = AddUnit(graph, Of(4), AddUnit(graph, Of(3), x, module.Fives, Window.Point), module.FivesOut, IsOfCaffe ? Window.Square(5, 1, Padding.Of(2)) : around);
        Layer pooled = AddUnit(graph, Of(5), graph.Add(new Pooling(Of(6), x, around, Pooling.LargestInside) { Kind = LayerKind.Pooling }), module.Pooled, Window.Point);
        var joined = graph.Add(new Concatenation(IsOfCaffe ? $"inception_{module.Name}_output" : $"inception{module.Name}", ones, threes, fives, pooled)
        {
            Kind = LayerKind.Concatenation, IsDefaultTap = true,
        });
        graph.AddAlias($"mixed{module.Name}", joined);
        return joined;
    }

    private Activation AddUnit(LayerGraph graph, string name, Layer x, int channels, Window window, bool isDefault = false)
    {
        var value = IsOfCaffe
            ? graph.Add(new Convolution($"{name}_pre_relu", x, channels, window, hasBias: true, tensorName: name) { Kind = Convolution.KindOf(window, isDepthwise: false), IsDefaultTap = isDefault })
            : Normalized.Add(graph, $"{name}.conv", $"{name}.bn", x, channels, window, isDefault: isDefault);
        return graph.Add(new Activation(name, value, ActivationFunction.Relu) { Kind = LayerKind.Activation });
    }

    private Layer AddResponse(LayerGraph graph, string name, Layer x)
        => IsOfCaffe ? graph.Add(new ResponseNormalization(name, x, channels: 5, alpha: 1e-4, beta: 0.75) { Kind = LayerKind.Activation }) : x;

    private Pooling AddPool(LayerGraph graph, int number, Layer x, int side)
        => graph.Add(new Pooling(IsOfCaffe ? $"pool{number}_3x3_s2" : $"maxpool{number}", x, Window.Square(side, 2, Padding.Ceiling(0)), Pooling.LargestInside) { Kind = LayerKind.Pooling });
}
