namespace AmViz.Models;

/// <summary>Puts InceptionV3 together in the order of the Keras source, since the names are numbers in that order.</summary>
internal sealed class InceptionV3Builder(Definition definition, bool folded)
{
    /// <summary>Added to the variances of batch-norm.</summary>
    public const double Epsilon = 1e-3;

    private readonly NormalizedConvolution _normalized = new(folded, Epsilon, IsScaled: definition == Definition.Torchvision);
    private readonly LayerGraph _graph = new();
    private int _convolutions;
    private int _pools;

    /// <summary>The network.</summary>
    public LayerGraph Build(Preprocessing preprocessing, int classes)
    {
        Layer x = AddStem(_graph.Add(new Pixels(preprocessing)));
        x = AddModuleA("mixed0", x, pooled: 32);
        x = AddModuleA("mixed1", x, pooled: 64);
        x = AddModuleA("mixed2", x, pooled: 64);
        x = AddReductionA("mixed3", x);
        x = AddModuleB("mixed4", x, inner: 128);
        x = AddModuleB("mixed5", x, inner: 160);
        x = AddModuleB("mixed6", x, inner: 160);
        x = AddModuleB("mixed7", x, inner: 192);
        x = AddReductionB("mixed8", x);
        x = AddModuleC("mixed9", x, inside: "mixed9_0");
        x = AddModuleC("mixed10", x, inside: "mixed9_1");
        x = _graph.Add(new GlobalMean("avg_pool", x));
        Layer logits = _graph.Add(new Dense(NetworkDescription.Logits, x, classes, "predictions") { Kind = LayerKind.Logits, IsDefaultTap = true });
        _graph.AddAlias("predictions", logits);
        return _graph;
    }

    private Pooling AddStem(Layer x)
    {
        x = Add(x, 32, Window.Square(3, 2, Padding.None), isDefault: true);
        x = Add(x, 32, Window.Square(3, 1, Padding.None), isDefault: true);
        x = Add(x, 64, Window.Square(3, 1, Padding.Same), isDefault: true);
        x = AddHalving(x);
        x = Add(x, 80, Window.Point, isDefault: true);
        x = Add(x, 192, Window.Square(3, 1, Padding.None), isDefault: true);
        return AddHalving(x);
    }

    private Concatenation AddModuleA(string name, Layer x, int pooled)
    {
        Layer ones = Add(x, 64, 1, 1);
        Layer fives = Add(Add(x, 48, 1, 1), 64, 5, 5);
        Layer threes = Add(Add(Add(x, 64, 1, 1), 96, 3, 3), 96, 3, 3);
        return Join(name, ones, fives, threes, Add(AddMean(x), pooled, 1, 1));
    }

    private Concatenation AddReductionA(string name, Layer x)
    {
        Layer threes = Add(x, 384, Window.Square(3, 2, Padding.None));
        Layer doubled = Add(Add(Add(x, 64, 1, 1), 96, 3, 3), 96, Window.Square(3, 2, Padding.None));
        return Join(name, threes, doubled, AddHalving(x));
    }

    private Concatenation AddModuleB(string name, Layer x, int inner)
    {
        Layer ones = Add(x, 192, 1, 1);
        Layer sevens = Add(Add(Add(x, inner, 1, 1), inner, 1, 7), 192, 7, 1);
        Layer doubled = Add(Add(Add(Add(Add(x, inner, 1, 1), inner, 7, 1), inner, 1, 7), inner, 7, 1), 192, 1, 7);
        return Join(name, ones, sevens, doubled, Add(AddMean(x), 192, 1, 1));
    }

    private Concatenation AddReductionB(string name, Layer x)
    {
        Layer threes = Add(Add(x, 192, 1, 1), 320, Window.Square(3, 2, Padding.None));
        Layer sevens = Add(Add(Add(Add(x, 192, 1, 1), 192, 1, 7), 192, 7, 1), 192, Window.Square(3, 2, Padding.None));
        return Join(name, threes, sevens, AddHalving(x));
    }

    private Concatenation AddModuleC(string name, Layer x, string inside)
    {
        Layer ones = Add(x, 320, 1, 1);
        Layer threes = Add(x, 384, 1, 1);
        threes = Join(inside, isDefault: false, Add(threes, 384, 1, 3), Add(threes, 384, 3, 1));
        Layer doubled = Add(Add(x, 448, 1, 1), 384, 3, 3);
        doubled = Join(name == "mixed9" ? "concatenate" : "concatenate_1", isDefault: false, Add(doubled, 384, 1, 3), Add(doubled, 384, 3, 1));
        return Join(name, ones, threes, doubled, Add(AddMean(x), 192, 1, 1));
    }

    private Activation Add(Layer x, int channels, int rows, int columns) => Add(x, channels, new Window(rows, columns, 1, Padding.Same));

    private Activation Add(Layer x, int channels, Window window, bool isDefault = false)
    {
        var number = _convolutions == 0 ? string.Empty : FormattableString.Invariant($"_{_convolutions}");
        _convolutions++;
        var value = _normalized.Add(_graph, $"conv2d{number}", $"batch_normalization{number}", x, channels, window, isDefault: isDefault);
        return _graph.Add(new Activation($"activation{number}", value, ActivationFunction.Relu) { Kind = LayerKind.Activation });
    }

    private Pooling AddHalving(Layer x) => _graph.Add(new Pooling($"pooling_{_pools++}", x, Window.Square(3, 2, Padding.None), Pooling.Largest));

    private Pooling AddMean(Layer x) => _graph.Add(new Pooling(
        $"pooling_{_pools++}", x, Window.Square(3, 1, Padding.Same), definition == Definition.Torchvision ? Pooling.MeanWithZeros : Pooling.MeanInside));

    private Concatenation Join(string name, params Layer[] branches) => Join(name, isDefault: true, branches);

    private Concatenation Join(string name, bool isDefault, params Layer[] branches)
    {
        var joined = _graph.Add(new Concatenation(name, branches) { Kind = LayerKind.Concatenation, IsDefaultTap = isDefault });
        if (InceptionV3Names.Modules.TryGetValue(name, out var theirs))
        {
            _graph.AddAlias(theirs, joined);
        }

        return joined;
    }
}
