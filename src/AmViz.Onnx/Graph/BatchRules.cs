namespace AmViz.Onnx;

/// <summary>Follows the pictures of a batch through a graph: which axis of each value they lie on, as far as it can be proven.</summary>
/// <remarks>
/// A rule says where the pictures are in what a node makes, if every picture is computed by itself there. Null means that it is not known, or not so. What a model
/// exported for one picture does for several rests on it: see <see cref="ShapePlan"/>.
/// </remarks>
internal static class BatchRules
{
    private const long End = int.MaxValue;

    private static readonly HashSet<string> OnMaps = new(
        [
            "AveragePool", "BatchNormalization", "Conv", "ConvTranspose", "DepthToSpace", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "GroupNormalization",
            "InstanceNormalization", "LpPool", "LRN", "MaxPool", "SpaceToDepth",
        ],
        StringComparer.Ordinal);

    private static readonly HashSet<string> OnNumbers = new(
        [
            "Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Cos", "Cosh", "Div",
            "Dropout", "Elu", "Equal", "Erf", "Exp", "Floor", "Gelu", "Greater", "GreaterOrEqual", "HardSigmoid", "HardSwish", "Identity", "IsInf", "IsNaN", "LeakyRelu", "Less", "LessOrEqual", "Log", "Max",
            "Mean", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Sub",
            "Sum", "Tan", "Tanh", "ThresholdedRelu", "Where", "Xor",
        ],
        StringComparer.Ordinal);

    /// <summary>Where the pictures are in what a node makes.</summary>
    /// <param name="node">The node, at its shapes.</param>
    public static BatchAxis? Follow(BatchNode node) => OnNumbers.Contains(node.Operator) ? Broadcast(node)
        : OnMaps.Contains(node.Operator) ? node.Only(0) is { Axis: 0 } first ? first : null
        : node.Operator switch
        {
            "Concat" => Concat(node),
            "Expand" => node.Only(0) is { } own ? FromRight(node, 0, own) : null,
            "Flatten" or "Reshape" => node.Only(0) is { } moved ? Reshape(node, moved) : null,
            "Gather" => Untouched(node, [node.Axis("axis", 0)]) is { } kept ? kept.Axis < node.Axis("axis", 0) ? kept : kept with { Axis = kept.Axis + node.Rank(1) - 1 } : null,
            "Gemm" => node.Only(0) is { Axis: 0 } rows && node.Integer("transA", 0) == 0 && node.HasLeadingOne(2) ? rows : null,
            "Attention" => Attention(node),
            "LayerNormalization" or "RMSNormalization" => node.Only(0) is { } normed && normed.Axis < node.Axis("axis", -1) ? normed : null,
            "MatMul" => MatMul(node),
            "MeanVarianceNormalization" => Untouched(node, (node.Integers("axes") ?? [0, 2, 3]).Select(axis => Count(axis, node.Rank(0)))),
            "Pad" => Pad(node),
            "Resize" or "Upsample" => node.Only(0) is { Axis: 0 } resized ? resized : null,
            "Slice" => Slice(node),
            "Softmax" or "LogSoftmax" or "Hardmax" => node.Version >= 13
                ? Untouched(node, [node.Axis("axis", -1)])
                : node.Only(0) is { } soft && soft.Axis < node.Axis("axis", 1) ? soft : null,
            "Split" or "LpNormalization" or "TopK" => Untouched(node, [node.Axis("axis", node.Operator == "Split" ? 0 : -1)]),
            "CumSum" => node.Numbers(1) is [var along] ? Untouched(node, [Count(along, node.Rank(0))]) : null,
            "Squeeze" => Squeeze(node),
            "Transpose" => Transpose(node),
            "Unsqueeze" => Unsqueeze(node),
            "ArgMax" or "ArgMin" => Reduced(node, [node.Axis("axis", 0)], node.Integer("keepdims", 1) != 0),
            var name when name.StartsWith("Reduce", StringComparison.Ordinal) => Reduce(node),
            _ => null,
        };

    private static int Count(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    /// <summary>Whether the other inputs of a node are stretched to those with pictures.</summary>
    public static bool Stretches(string name) => name == "MatMul" || OnNumbers.Contains(name);

    /// <summary>Whether what has some entries on the axis of the pictures has as many for each picture, such as one a head, so that it is repeated for each.</summary>
    public static bool IsRepeated(BatchAxis pictures, long entries) => pictures is { Outer: 1, Inner: > 1 } && entries == pictures.Inner;

    // Every input with pictures has them on the same axis, counted from the last; the others have one entry there.
    private static BatchAxis? Broadcast(BatchNode node)
    {
        BatchAxis? found = null;
        var back = 0;
        foreach (var i in node.WithPixels)
        {
            if (node.AxisOf(i) is not { } own)
            {
                return null;
            }

            var ownBack = node.Rank(i) - own.Axis;
            if (found is not null && (ownBack != back || own.Inner != found.Inner || own.Outer != found.Outer))
            {
                return null;
            }

            (found, back) = (own, ownBack);
        }

        if (found is null || !node.Others.All(i => node.Rank(i) < back || node.Shape(i)[^back] == 1 || IsRepeated(found, node.Shape(i)[^back])))
        {
            return null;
        }

        return found with { Axis = node.OutputShape.Length - back };
    }

    private static BatchAxis? FromRight(BatchNode node, int input, BatchAxis own) => own with { Axis = own.Axis + node.OutputShape.Length - node.Rank(input) };

    private static BatchAxis? Concat(BatchNode node)
    {
        BatchAxis? found = null;
        foreach (var i in node.WithPixels)
        {
            if (node.AxisOf(i) is not { } own || (found is not null && own != found))
            {
                return null;
            }

            found = own;
        }

        return found is not null && found.Axis != node.Axis("axis", 0) && node.Others.All(i => found.Outer == 1 && (node.Shape(i)[found.Axis] == found.Inner * node.Pictures || (found.Inner == 1 && node.Shape(i)[found.Axis] == 1))) ? found : null;
    }

    // The pictures lie behind as many entries as before, if axes split there.
    private static BatchAxis? Reshape(BatchNode node, BatchAxis own)
    {
        var before = Product(node.Shape(0)[..own.Axis]) * own.Outer;
        var (passed, last) = (1L, node.OutputShape.Length - 1);
        for (var axis = 0; axis <= last; axis++)
        {
            if (passed == before)
            {
                // A product of matrices follows, whose rows are the tokens of all pictures: they join the axis before, so that the last one stays what it was.
                return axis > 0 && axis == last && node.OutputShape[axis] > 1
                    ? new(axis - 1, 1) { Outer = node.OutputShape[axis - 1] }
                    : OnAxis(node, AmongOnes(node, axis));
            }

            passed *= node.OutputShape[axis];
        }

        return null;
    }

    private static BatchAxis? OnAxis(BatchNode node, int axis)
    {
        var size = node.OutputShape[axis];
        return size % node.Pictures == 0 && size > 0 ? new(axis, size / node.Pictures) : null;
    }

    // Of axes of one entry each any may be that of the pictures: the one that is then turned to be the first.
    private static int AmongOnes(BatchNode node, int axis)
    {
        if (node.Pictures == 1 && node.Turned is [var first, ..] && first > axis && Enumerable.Range(axis, (int)first - axis + 1).All(one => node.OutputShape[one] == 1))
        {
            return (int)first;
        }

        return axis;
    }

    private static BatchAxis? Attention(BatchNode node)
        => node.WithPixels.All(i => node.AxisOf(i) == BatchAxis.First) && node.Others.All(i => node.Rank(i) < node.OutputShape.Length || node.Shape(i)[0] == 1) && node.WithPixels.Contains(0) ? BatchAxis.First : null;

    private static BatchAxis? MatMul(BatchNode node)
    {
        if (node.Rank(0) < 2 || node.Rank(1) < 2)
        {
            return null;
        }

        var (hasLeft, hasRight) = (node.WithPixels.Contains(0), node.WithPixels.Contains(1));
        if (hasLeft && hasRight)
        {
            // Only if each picture is a matrix of its own on both sides.
            return node.AxisOf(0) is { } left && node.AxisOf(1) is { } right && node.Rank(0) - left.Axis == node.Rank(1) - right.Axis && left.Inner == right.Inner && left.Outer == right.Outer && left.Axis < node.Rank(0) - 2
                ? FromRight(node, 0, left)
                : null;
        }

        var input = hasLeft ? 0 : 1;
        if (node.AxisOf(input) is not { } own)
        {
            return null;
        }

        var back = node.Rank(input) - own.Axis;
        var summed = hasLeft ? 1 : 2;
        var other = 1 - input;
        return back != summed && (back <= 2 || node.Rank(other) < back || node.Shape(other)[^back] == 1 || IsRepeated(own, node.Shape(other)[^back])) ? FromRight(node, input, own) : null;
    }

    private static BatchAxis? Pad(BatchNode node)
    {
        if (node.Only(0) is not { } own || (node.Version >= 11 || node.InputCount > 1 ? node.Numbers(1) : node.Integers("pads")) is not { } pads)
        {
            return null;
        }

        var axes = node.InputCount > 3 && node.HasInput(3) ? node.Numbers(3) : [.. Enumerable.Range(0, node.Rank(0)).Select(axis => (long)axis)];
        if (axes is null || pads.Length != 2 * axes.Length)
        {
            return null;
        }

        for (var i = 0; i < axes.Length; i++)
        {
            if (Count(axes[i], node.Rank(0)) == own.Axis && (pads[i] != 0 || pads[i + axes.Length] != 0))
            {
                return null;
            }
        }

        return own;
    }

    private static BatchAxis? Slice(BatchNode node)
    {
        if (node.Only(0) is not { } own || node.Numbers(1) is not { } starts || node.Numbers(2) is not { } ends || starts.Length != ends.Length)
        {
            return null;
        }

        var axes = node.InputCount > 3 && node.HasInput(3) ? node.Numbers(3) : [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        var steps = node.InputCount > 4 && node.HasInput(4) ? node.Numbers(4) : [.. Enumerable.Repeat(1L, starts.Length)];
        if (axes is null || steps is null || axes.Length != starts.Length || steps.Length != starts.Length)
        {
            return null;
        }

        return Enumerable.Range(0, axes.Length).All(i => Count(axes[i], node.Rank(0)) != own.Axis || (starts[i] == 0 && ends[i] >= End && steps[i] == 1)) ? own : null;
    }

    private static BatchAxis? Untouched(BatchNode node, IEnumerable<int> axes) => node.Only(0) is { } own && !axes.Contains(own.Axis) ? own : null;

    private static BatchAxis? Squeeze(BatchNode node)
    {
        var axes = node.Version >= 13 ? node.HasInput(1) ? node.Numbers(1) : null : node.Integers("axes");
        if (node.Only(0) is not { } own || axes is null)
        {
            return null;
        }

        var gone = axes.Select(axis => Count(axis, node.Rank(0))).ToHashSet();
        return gone.Contains(own.Axis) ? null : own with { Axis = own.Axis - gone.Count(axis => axis < own.Axis) };
    }

    private static BatchAxis? Unsqueeze(BatchNode node)
    {
        var axes = node.Version >= 13 ? node.Numbers(1) : node.Integers("axes");
        if (node.Only(0) is not { } own || axes is null)
        {
            return null;
        }

        var added = axes.Select(axis => Count(axis, node.OutputShape.Length)).ToHashSet();
        var left = own.Axis;
        for (var axis = 0; axis < node.OutputShape.Length; axis++)
        {
            if (!added.Contains(axis) && left-- == 0)
            {
                return own with { Axis = axis };
            }
        }

        return null;
    }

    private static BatchAxis? Transpose(BatchNode node)
    {
        if (node.Only(0) is not { } own)
        {
            return null;
        }

        var order = node.Integers("perm") ?? [.. Enumerable.Range(0, node.Rank(0)).Reverse().Select(axis => (long)axis)];
        return own with { Axis = Array.IndexOf(order, own.Axis) };
    }

    private static BatchAxis? Reduce(BatchNode node)
    {
        var axes = node.Integers("axes") ?? (node.HasInput(1) ? node.Numbers(1) : []);
        if (axes is null || (axes.Length == 0 && node.Integer("noop_with_empty_axes", 0) == 0))
        {
            return null;
        }

        return Reduced(node, axes.Select(axis => Count(axis, node.Rank(0))), node.Integer("keepdims", 1) != 0);
    }

    private static BatchAxis? Reduced(BatchNode node, IEnumerable<int> axes, bool keepsAxes)
    {
        var gone = axes.ToHashSet();
        return node.Only(0) is not { } own || gone.Contains(own.Axis) ? null : keepsAxes ? own : own with { Axis = own.Axis - gone.Count(axis => axis < own.Axis) };
    }

    private static long Product(IEnumerable<long> sizes) => sizes.Aggregate(1L, (product, size) => product * size);
}
