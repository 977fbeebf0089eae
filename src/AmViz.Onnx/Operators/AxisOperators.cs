using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>What is computed along one axis and keeps it: softmax, running sums, the places of extremes.</summary>
internal static class AxisOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("ArgMax", 1, call => Place(call, static (x, axis) => x.argmax(axis, true))),
        OperatorRule.Of("ArgMin", 1, call => Place(call, static (x, axis) => x.argmin(axis, true))),
        OperatorRule.Of("CumSum", 1, CumulativeSum),
        OperatorRule.Of("Hardmax", 1, call => Flattened(call, Hardmax)),
        OperatorRule.Of("Hardmax", 13, call => Along(call, Hardmax)),
        OperatorRule.Of("LogSoftmax", 1, call => Flattened(call, static (x, axis) => x.log_softmax(axis))),
        OperatorRule.Of("LogSoftmax", 13, call => Along(call, static (x, axis) => x.log_softmax(axis))),
        OperatorRule.Of("Softmax", 1, call => Flattened(call, static (x, axis) => x.softmax(axis))),
        OperatorRule.Of("Softmax", 13, call => Along(call, static (x, axis) => x.softmax(axis))),
        new("TopK", 1, Greatest),
    ];

    private static Tensor Along(OperatorCall call, Func<Tensor, long, Tensor> compute)
        => compute(call[0], call.Axis(call.Attributes.Integer("axis", -1), call[0].dim()));

    // Before opset 13: over all axes from the given one on, as if they were one.
    private static Tensor Flattened(OperatorCall call, Func<Tensor, long, Tensor> compute)
    {
        var x = call[0];
        var axis = call.Axis(call.Attributes.Integer("axis", 1), x.dim());
        var columns = x.shape.Skip(axis).Aggregate(1L, (product, size) => product * size);
        return compute(x.reshape(x.shape.Take(axis).Aggregate(1L, (product, size) => product * size), columns), 1).reshape(x.shape);
    }

    private static Tensor Hardmax(Tensor x, long axis)
    {
        var shape = new long[x.dim()];
        Array.Fill(shape, 1);
        shape[axis] = x.shape[axis];
        return TensorIndices.UpTo(x.shape[axis], x.device).reshape(shape).eq(x.argmax(axis, true)).to_type(x.dtype);
    }

    private static Tensor Place(OperatorCall call, Func<Tensor, long, Tensor> find)
    {
        var x = call[0];
        var axis = call.Axis(call.Attributes.Integer("axis", 0), x.dim());

        // Torch gives the first of equal ones; of the reversed axis that is the last.
        var place = call.Attributes.Flag("select_last_index") ? find(x.flip(axis), axis).neg().add(HeldScalars.Of(x.shape[axis] - 1), HeldScalars.One) : find(x, axis);
        return call.Attributes.Flag("keepdims", preset: true) ? place : place.squeeze(axis);
    }

    private static Tensor CumulativeSum(OperatorCall call)
    {
        var x = call[0];
        var axis = call.Axis(call.Integers(1) is [var one] ? one : throw call.Node.Refuse("has no single number as its axis. Export the network again."), x.dim());
        var isReversed = call.Attributes.Flag("reverse");
        var ordered = isReversed ? x.flip(axis) : x;
        var sum = ordered.cumsum(axis, x.dtype);
        if (call.Attributes.Flag("exclusive") && x.shape[axis] > 0)
        {
            sum = cat([zeros_like(sum.narrow(axis, 0, 1)), sum.narrow(axis, 0, x.shape[axis] - 1)], axis);
        }

        return isReversed ? sum.flip(axis) : sum;
    }

    private static IReadOnlyList<Tensor?> Greatest(OperatorCall call)
    {
        var x = call[0];
        var axis = call.Axis(call.Attributes.Integer("axis", -1), x.dim());
        // An input since opset 10, an attribute before.
        var count = call.Attributes.Has("k") ? call.Attributes.Integer("k", 0) : call.Integers(1) is [var one] ? one : throw call.Node.Refuse("has no single number as its count. Export the network again.");
        if (count < 0 || count > x.shape[axis])
        {
            throw call.Node.Refuse($"asks for {count} of {x.shape[axis]} elements. Export the network again.");
        }

        // Of equal ones the first comes first, which torch's own topk does not promise.
        var (values, indices) = x.sort(axis, call.Attributes.Flag("largest", preset: true), stable: true);
        return [values.narrow(axis, 0, count), indices.narrow(axis, 0, count)];
    }
}
