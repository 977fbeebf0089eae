using AmViz.Onnx;

namespace AmViz.Models;

/// <summary>Which values of a graph are layers that people draw, and which of them they draw first.</summary>
/// <remarks>
/// Listed is what convolutions, normalizations, activation functions, pooling, sums of branches, concatenations and matrix products with weights made. Drawn first, as with
/// the networks of our own, is of a convolution the value after batch-norm and before the activation function (where the exporter has folded batch-norm, that is the
/// convolution's own), every sum of two branches, every concatenation, and the classes.
/// </remarks>
internal sealed class OnnxTaps
{
    private static readonly HashSet<string> Normalizing = new(
        ["BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization", "LRN"], StringComparer.Ordinal);

    private static readonly HashSet<string> Activating = new(
        ["Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Mish", "Softplus", "Softsign", "Tanh", "Gelu", "Clip", "ThresholdedRelu", "Shrink"], StringComparer.Ordinal);

    private static readonly HashSet<string> Pooling = new(
        ["MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "Resize", "Upsample", "ReduceMean", "ReduceMax", "Gather"], StringComparer.Ordinal);

    private readonly IReadOnlyList<OnnxNode> _nodes;
    private readonly IReadOnlyDictionary<string, long[]> _shapes;
    private readonly Func<string, long[]?> _constant;
    private readonly AxisLabels _labels;
    private readonly ILookup<string, OnnxNode> _readers;

    private OnnxTaps(IReadOnlyList<OnnxNode> nodes, (string Name, string Axes) input, IReadOnlyDictionary<string, long[]> shapes, Func<string, long[]?> constant)
    {
        (_nodes, _shapes, _constant) = (nodes, shapes, constant);
        _labels = new AxisLabels(nodes, input, shapes);
        _readers = nodes.SelectMany(node => node.Inputs.Distinct(StringComparer.Ordinal).Select(read => (read, node))).ToLookup(pair => pair.read, pair => pair.node, StringComparer.Ordinal);
    }

    /// <summary>Finds them.</summary>
    /// <param name="nodes">In the order of computation.</param>
    /// <param name="input">The pictures, and what their axes are.</param>
    /// <param name="outputs">What the graph gives.</param>
    /// <param name="shapes">Shape of every value that depends on the pictures, for one picture.</param>
    /// <param name="constant">Shape of a value that does not; null for others.</param>
    /// <returns>In the order of computation.</returns>
    public static IReadOnlyList<OnnxTap> Find(
        IReadOnlyList<OnnxNode> nodes, (string Name, string Axes) input, IReadOnlyList<string> outputs, IReadOnlyDictionary<string, long[]> shapes, Func<string, long[]?> constant)
        => new OnnxTaps(nodes, input, shapes, constant).Find(outputs);

    private List<OnnxTap> Find(IReadOnlyList<string> outputs)
    {
        var logits = LogitsOf(outputs);
        var taps = new List<OnnxTap>();
        var names = new HashSet<string>(StringComparer.Ordinal) { NetworkDescription.Logits };
        foreach (var node in _nodes.Where(node => node.Outputs.Count > 0 && _shapes.ContainsKey(node.Outputs[0])))
        {
            var value = node.Outputs[0];
            if (value == logits)
            {
                taps.Add(new(NetworkDescription.Logits, value, AxisLabels.Vectors, LayerKind.Logits, IsDefault: true, AliasesOf(node, isLogits: true)));
                break;
            }

            if (_labels.Of(value) is (AxisLabels.Maps or AxisLabels.MapsChannelsLast or AxisLabels.Tokens or AxisLabels.Vectors) and var axes && KindOf(node, axes) is { } kind && names.Add(node.Name))
            {
                taps.Add(new(node.Name, value, axes, kind, IsDefault(node, kind), AliasesOf(node, isLogits: false)));
            }
        }

        var shown = taps.Select(tap => tap.Value).ToHashSet(StringComparer.Ordinal);
        var modules = ModuleOutputs.Find(_nodes, shown.Contains, value => _labels.Of(value) is not null).ToLookup(module => module.Value, module => module.Key, StringComparer.Ordinal);
        return [.. taps.Select(tap => tap with { Aliases = [.. modules[tap.Value], .. tap.Aliases] })];
    }

    /// <summary>One number a class, before softmax: what the first output of two axes is made of.</summary>
    private string? LogitsOf(IReadOnlyList<string> outputs)
    {
        var value = outputs.FirstOrDefault(output => _shapes.TryGetValue(output, out var shape) && shape.Length == 2);
        while (value is not null && _nodes.FirstOrDefault(node => node.Outputs.Contains(value, StringComparer.Ordinal)) is { } maker
            && maker.Operator is "Softmax" or "LogSoftmax" or "Identity" or "Cast" or "Sigmoid" && maker.Inputs.Count > 0 && SameShape(maker.Inputs[0], value))
        {
            value = maker.Inputs[0];
        }

        return value;
    }

    private bool SameShape(string one, string other) => _shapes.TryGetValue(one, out var a) && _shapes.TryGetValue(other, out var b) && a.AsSpan().SequenceEqual(b);

    private LayerKind? KindOf(OnnxNode node, string axes)
    {
        LayerKind? kind = node.Operator switch
        {
            "Conv" or "ConvTranspose" => ConvolutionKind(node),
            "MatMul" or "Gemm" => OnlyReader(node) is { Operator: "Add" } sum && AddsConstant(sum) ? null : LayerKind.PointwiseConvolution,
            "Add" when ReadsNumber(node) => null,
            "Add" or "Sum" => AddsConstant(node) ? LayerKind.PointwiseConvolution : LayerKind.Addition,
            "Mul" => IsActivation(node) ? LayerKind.Activation : null,
            "Concat" => LayerKind.Concatenation,
            _ when Normalizing.Contains(node.Operator) => LayerKind.BatchNormalization,
            _ when Activating.Contains(node.Operator) => LayerKind.Activation,
            _ when Pooling.Contains(node.Operator) => LayerKind.Pooling,
            _ => null,
        };
        return kind is null ? null : axes == AxisLabels.Tokens ? LayerKind.Tokens : kind;
    }

    /// <summary>A value by another, such as a sigmoid of it; where half of that is taken, as in a GELU, that.</summary>
    private bool IsActivation(OnnxNode product)
    {
        if (!ReadsNumber(product))
        {
            return product.Inputs.All(input => _constant(input) is null) && !(OnlyReader(product) is { Operator: "Mul" } half && ReadsNumber(half));
        }

        return product.Inputs.Any(input => Maker(input) is { Operator: "Mul" } inner && inner.Inputs.All(factor => _constant(factor) is null));
    }

    private bool ReadsNumber(OnnxNode node) => node.Inputs.Any(input => _constant(input) is { } shape && shape.Aggregate(1L, (count, length) => count * length) == 1);

    private LayerKind ConvolutionKind(OnnxNode node)
    {
        var weight = node.Inputs.Count > 1 ? _constant(node.Inputs[1]) : null;
        if (node.Attributes.Integer("group", 1) is > 1 and var groups && weight is not null && groups == weight[0])
        {
            return LayerKind.DepthwiseConvolution;
        }

        return weight is { Length: 4 } && weight[2] * weight[3] == 1 ? LayerKind.PointwiseConvolution : LayerKind.Convolution;
    }

    // Tokens: what the blocks add up. Maps: see above.
    private bool IsDefault(OnnxNode node, LayerKind kind) => (node.Operator, kind) switch
    {
        ("Conv" or "ConvTranspose", _) => OnlyReader(node) is not { Operator: "BatchNormalization" },
        ("BatchNormalization", _) => Maker(node.Inputs[0]) is { Operator: "Conv" or "ConvTranspose" },
        ("Add" or "Sum", _) => !AddsConstant(node),
        ("Concat", not LayerKind.Tokens) => true,
        _ => false,
    };

    private OnnxNode? OnlyReader(OnnxNode node) => _readers[node.Outputs[0]].Take(2).ToArray() is [var only] ? only : null;

    private OnnxNode? Maker(string value) => _nodes.FirstOrDefault(node => node.Outputs.Contains(value, StringComparer.Ordinal));

    private bool AddsConstant(OnnxNode node) => node.Inputs.Any(input => _constant(input) is not null);

    private static List<string> AliasesOf(OnnxNode node, bool isLogits)
    {
        var aliases = new List<string>();
        if (isLogits)
        {
            aliases.Add(node.Name);
        }

        if (node.Outputs[0] != node.Name)
        {
            aliases.Add(node.Outputs[0]);
        }

        return aliases;
    }
}
