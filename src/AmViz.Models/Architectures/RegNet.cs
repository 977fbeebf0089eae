namespace AmViz.Models;

/// <summary>RegNets X and Y (Radosavovic et al. 2020), as torchvision has them; timm's are the same under other names.</summary>
internal sealed class RegNet() : NamedArchitecture("regnet", "RegNet (Radosavovic et al. 2020; torchvision, timm)", [.. Table.Select(row => row.ToNetwork(row.Name))])
{
    private static readonly Row[] Table =
    [
        new("regnet_x_400mf", "regnetx_004", 22, 24, 24.48, 2.54, 16, false), new("regnet_x_800mf", "regnetx_008", 16, 56, 35.73, 2.28, 16, false),
        new("regnet_x_1_6gf", "regnetx_016", 18, 80, 34.01, 2.25, 24, false), new("regnet_x_3_2gf", "regnetx_032", 25, 88, 26.31, 2.25, 48, false),
        new("regnet_x_8gf", "regnetx_080", 23, 80, 49.56, 2.88, 120, false), new("regnet_x_16gf", "regnetx_160", 22, 216, 55.59, 2.1, 128, false),
        new("regnet_x_32gf", "regnetx_320", 23, 320, 69.86, 2.0, 168, false),
        new("regnet_y_400mf", "regnety_004", 16, 48, 27.89, 2.09, 8, true), new("regnet_y_800mf", "regnety_008", 14, 56, 38.84, 2.4, 16, true),
        new("regnet_y_1_6gf", "regnety_016", 27, 48, 20.71, 2.65, 24, true), new("regnet_y_3_2gf", "regnety_032", 21, 80, 42.63, 2.66, 24, true),
        new("regnet_y_8gf", "regnety_080", 17, 192, 76.82, 2.19, 56, true), new("regnet_y_16gf", "regnety_160", 18, 200, 106.23, 2.48, 112, true),
        new("regnet_y_32gf", "regnety_320", 20, 232, 115.89, 2.53, 232, true),
    ];

    /// <inheritdoc/>
    public override NameMap NamesOf(IBlueprint blueprint) => new(TimmNames.RegNetRules([.. ((RegNetBlueprint)blueprint).Stages.Select(stage => stage.Depth)]));

    /// <inheritdoc/>
    protected override IReadOnlyList<PublishedNetwork> Others { get; } = [.. Table.Select(row => row.ToNetwork(row.Timm))];

    private sealed record Row(string Name, string Timm, int Depth, int First, double Slope, double Step, int GroupWidth, bool Squeezes)
    {
        public PublishedNetwork ToNetwork(string name) => new(name, InputSize: 224, new RegNetBlueprint(Classes: 1000, RegNetStage.All(Depth, First, Slope, Step, GroupWidth), Squeezes));
    }
}

/// <summary>Blocks of one width.</summary>
/// <param name="Width">Channels.</param>
/// <param name="Depth">How many blocks.</param>
/// <param name="Groups">Groups of the 3x3 convolutions.</param>
internal sealed record RegNetStage(int Width, int Depth, int Groups)
{
    private const int Quantum = 8;

    /// <summary>The stages that the six numbers of a RegNet mean: widths grow along a line, and are made powers of a step and multiples of 8 (section 3.3 of the paper).</summary>
    /// <param name="depth">Blocks in all.</param>
    /// <param name="first">Width at the beginning of the line.</param>
    /// <param name="slope">Of the line.</param>
    /// <param name="step">Factor between widths.</param>
    /// <param name="groupWidth">Channels of a group.</param>
    public static IReadOnlyList<RegNetStage> All(int depth, int first, double slope, double step, int groupWidth)
    {
        int Quantized(int block)
        {
            var power = Math.Round(Math.Log((first + slope * block) / first) / Math.Log(step), MidpointRounding.ToEven);
            return (int)Math.Round(first * Math.Pow(step, power) / Quantum, MidpointRounding.ToEven) * Quantum;
        }

        RegNetStage Of(int width, int count)
        {
            var group = Math.Min(groupWidth, width);
            var fitting = Channels.Divisible(width, group);
            return new(fitting, count, fitting / group);
        }

        return [.. Enumerable.Range(0, depth).Select(Quantized).GroupBy(width => width).Select(stage => Of(stage.Key, stage.Count()))];
    }
}

/// <summary>A RegNet with every number settled.</summary>
/// <param name="Classes">Number of logits.</param>
/// <param name="Stages">From the first to the last.</param>
/// <param name="Squeezes">Whether blocks have squeeze and excitation (Y).</param>
/// <remarks>Names are those of torchvision's modules; <c>trunk_output.block2.block2-0</c> is the output of a block, <c>trunk_output.block2</c> of a stage.</remarks>
internal sealed record RegNetBlueprint(int Classes, IReadOnlyList<RegNetStage> Stages, bool Squeezes) : NormalizedBlueprint(Classes, Epsilon: 1e-5)
{
    private const int FirstChannels = 32;

    /// <inheritdoc/>
    public override LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph();
        var unit = new ConvolutionUnit(graph, Normalized);
        Layer x = graph.Add(new Pixels(preprocessing));
        x = unit.Add("stem", x, FirstChannels, Window.Square(3, 2, Padding.Of(1)), ActivationFunction.Relu);
        for (var stage = 1; stage <= Stages.Count; stage++)
        {
            for (var block = 0; block < Stages[stage - 1].Depth; block++)
            {
                x = AddBlock(unit, $"trunk_output.block{stage}.block{stage}-{block}", x, Stages[stage - 1], block == 0 ? 2 : 1);
            }

            graph.AddAlias($"trunk_output.block{stage}", x);
        }

        AddClassifier(graph, x, "fc");
        return graph;
    }

    private Activation AddBlock(ConvolutionUnit unit, string name, Layer x, RegNetStage stage, int stride)
    {
        var y = unit.Add($"{name}.f.a", x, stage.Width, Window.Point, ActivationFunction.Relu);
        y = unit.Add($"{name}.f.b", y, stage.Width, Window.Square(3, stride, Padding.Of(1)), ActivationFunction.Relu, stage.Groups);
        if (Squeezes)
        {
            // A quarter of what the block reads, not of what lies between.
            var squeezed = (int)Math.Round(x.ChannelCount / 4.0, MidpointRounding.ToEven);
            y = unit.Graph.Add(new SqueezeExcitation($"{name}.f.se", y, squeezed, ActivationFunction.Relu, ActivationFunction.Sigmoid) { Kind = LayerKind.Activation });
        }

        y = unit.Add($"{name}.f.c", y, stage.Width, Window.Point, function: null, isDefault: false);
        var shortcut = stride == 1 && x.ChannelCount == stage.Width ? x : unit.Add($"{name}.proj", x, stage.Width, Window.Square(1, stride, Padding.None), function: null, isDefault: false);
        Layer sum = unit.Graph.Add(new Addition($"{name}.add", shortcut, y) { Kind = LayerKind.Addition });
        return unit.Graph.Add(new Activation(name, sum, ActivationFunction.Relu) { Kind = LayerKind.Activation, IsDefaultTap = true });
    }
}
