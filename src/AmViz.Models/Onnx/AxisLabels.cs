using AmViz.Onnx;

namespace AmViz.Models;

/// <summary>What the axes of a graph's values mean: <c>N</c> pictures, <c>C</c> channels or hidden dimensions, <c>H</c> and <c>W</c> rows and columns, <c>T</c> tokens or positions.</summary>
/// <remarks>
/// A graph says nothing of that. It is followed from the pictures, <c>NCHW</c>, through the nodes: what computes each position by itself keeps the axes, what turns or merges them
/// is followed by their lengths, and where a value is added to another of known axes it has the same. Values of other axes (attention of heads, windows) have none and are not listed.
/// </remarks>
internal sealed class AxisLabels
{
    /// <summary>Feature maps.</summary>
    public const string Maps = "NCHW";

    /// <summary>Feature maps, channels last.</summary>
    public const string MapsChannelsLast = "NHWC";

    /// <summary>Hidden dimensions of tokens.</summary>
    public const string Tokens = "NTC";

    /// <summary>One number a channel.</summary>
    public const string Vectors = "NC";

    private static readonly HashSet<string> Spatial = new(
        ["Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LRN", "Resize", "Upsample", "DepthToSpace", "SpaceToDepth"],
        StringComparer.Ordinal);

    // Positions and channels keep their places.
    private static readonly HashSet<string> Keeping = new(
        [
            "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Mish", "Softplus", "Softsign", "Tanh", "Erf", "Gelu", "Clip", "ThresholdedRelu", "Shrink",
            "Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Exp", "Log", "Neg", "Abs", "Reciprocal", "Min", "Max", "Sum", "Mean", "Where", "Cast", "Identity", "Dropout", "Softmax", "LogSoftmax",
            "LayerNormalization", "RMSNormalization", "LpNormalization", "MeanVarianceNormalization", "QuantizeLinear", "DequantizeLinear",
        ],
        StringComparer.Ordinal);

    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, long[]> _shapes;

    /// <summary>Follows the axes through a graph.</summary>
    /// <param name="nodes">In the order of computation.</param>
    /// <param name="input">The pictures, and what their axes are.</param>
    /// <param name="shapes">Shape of every value that depends on the pictures.</param>
    public AxisLabels(IEnumerable<OnnxNode> nodes, (string Name, string Axes) input, IReadOnlyDictionary<string, long[]> shapes)
    {
        _shapes = shapes;
        _labels[input.Name] = input.Axes;
        foreach (var node in nodes)
        {
            if (node.Outputs.Count > 0 && shapes.TryGetValue(node.Outputs[0], out var shape) && Follow(node, shape) is { } labels && labels.Length == shape.Length)
            {
                _labels[node.Outputs[0]] = labels;
            }
        }
    }

    /// <summary>The axes of a value, a letter each; null where they are not known.</summary>
    public string? Of(string value) => _labels.GetValueOrDefault(value);

    private string? Follow(OnnxNode node, long[] shape) => node.Operator switch
    {
        _ when Spatial.Contains(node.Operator) => Of(node.Inputs[0]) == Maps ? Maps : null,
        _ when Keeping.Contains(node.Operator) => OfSameShape(node, shape),
        "Concat" => OfSameRank(node, shape),
        "Slice" or "Split" or "Pad" => Of(node.Inputs[0]),
        "Transpose" => Turned(node),
        "MatMul" or "Gemm" => Of(node.Inputs[0]) is { } labels && labels[^1] == 'C' && Of(node.Inputs[1]) is null ? labels : null,
        "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" => Merged(node, shape),
        "Gather" => Of(node.Inputs[0]) is Tokens && shape.Length == 2 && node.Attributes.Integer("axis", 0) == 1 ? Vectors : null,
        "ReduceMean" or "ReduceMax" or "ReduceSum" => Reduced(node, shape),
        _ => null,
    };

    private string? OfSameShape(OnnxNode node, long[] shape)
        => node.Inputs.Where(input => _shapes.TryGetValue(input, out var one) && one.AsSpan().SequenceEqual(shape)).Select(Of).FirstOrDefault(labels => labels is not null);

    private string? OfSameRank(OnnxNode node, long[] shape)
        => node.Inputs.Where(input => _shapes.TryGetValue(input, out var one) && one.Length == shape.Length).Select(Of).FirstOrDefault(labels => labels is not null);

    private string? Turned(OnnxNode node)
    {
        if (Of(node.Inputs[0]) is not { } labels)
        {
            return null;
        }

        var order = node.Attributes.Integers("perm") ?? [.. Enumerable.Range(0, labels.Length).Reverse().Select(axis => (long)axis)];
        return order.Length == labels.Length && order.All(axis => axis >= 0 && axis < labels.Length) ? string.Concat(order.Select(axis => labels[(int)axis])) : null;
    }

    /// <summary>Rows and columns become positions, or the other way round; a single position is left out.</summary>
    private string? Merged(OnnxNode node, long[] shape)
    {
        if (Of(node.Inputs[0]) is not { } labels || !_shapes.TryGetValue(node.Inputs[0], out var from))
        {
            return null;
        }

        if (from.AsSpan().SequenceEqual(shape))
        {
            return labels;
        }

        return (labels, shape.Length) switch
        {
            (Maps, 2) when from[2] * from[3] == 1 && shape[1] == from[1] => Vectors,
            ("NCT", 2) when from[2] == 1 && shape[1] == from[1] => Vectors,
            (Tokens, 2) when from[1] == 1 && shape[1] == from[2] => Vectors,
            (Maps, 3) when shape[1] == from[1] && shape[2] == from[2] * from[3] => "NCT",
            (MapsChannelsLast, 3) when shape[2] == from[3] && shape[1] == from[1] * from[2] => Tokens,
            (Tokens, 4) when shape[3] == from[2] && shape[1] * shape[2] == from[1] => MapsChannelsLast,
            ("NCT", 4) when shape[1] == from[1] && shape[2] * shape[3] == from[2] => Maps,
            (Vectors, 4) when shape[1] == from[1] && shape[2] * shape[3] == 1 => Maps,
            _ => null,
        };
    }

    private string? Reduced(OnnxNode node, long[] shape)
    {
        if (Of(node.Inputs[0]) is not { } labels || !_shapes.TryGetValue(node.Inputs[0], out var from))
        {
            return null;
        }

        if (shape.Length == from.Length)
        {
            var channels = labels.IndexOf('C', StringComparison.Ordinal);
            return shape[channels] == from[channels] ? labels : null;
        }

        return (labels, shape.Length) switch
        {
            (Maps, 2) when shape[1] == from[1] => Vectors,
            (MapsChannelsLast, 2) when shape[1] == from[3] => Vectors,
            (Tokens, 2) when shape[1] == from[2] => Vectors,
            _ => null,
        };
    }
}
