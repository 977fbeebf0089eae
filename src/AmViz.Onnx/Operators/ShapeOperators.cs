using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>What reads or changes the shape of a tensor and leaves its elements in their order, or repeats them.</summary>
internal static class ShapeOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Expand", 1, call => call[0].expand(TensorBound.Broadcast(call, call[0].shape, call.Integers(1)))),
        OperatorRule.Of("Flatten", 1, Flatten),
        OperatorRule.Of("Reshape", 1, Reshape),
        OperatorRule.Of("Shape", 1, Shape),
        OperatorRule.Of("Size", 1, call => tensor(call[0].NumberOfElements)),
        OperatorRule.Of("Squeeze", 1, call => Squeeze(call, call.Attributes.Integers("axes"))),
        OperatorRule.Of("Squeeze", 13, call => Squeeze(call, call.OptionalIntegers(1))),
        OperatorRule.Of("Tile", 1, Tile),
        OperatorRule.Of("Transpose", 1, Transpose),
        OperatorRule.Of("Unsqueeze", 1, call => Unsqueeze(call, call.Attributes.Integers("axes"))),
        OperatorRule.Of("Unsqueeze", 13, call => Unsqueeze(call, call.Integers(1))),
    ];

    private static Tensor Shape(OperatorCall call)
    {
        var shape = call[0].shape;
        var start = Clamp(call.Attributes.Integer("start", 0), shape.Length);
        var end = Clamp(call.Attributes.Integer("end", shape.Length), shape.Length);
        return TensorIndices.Of(shape[start..Math.Max(start, end)], CPU);
    }

    private static int Clamp(long place, int length) => (int)Math.Clamp(place < 0 ? place + length : place, 0, length);

    private static Tensor Reshape(OperatorCall call)
    {
        var x = call[0];
        var asked = call.Integers(1);
        var keepsZeros = call.Attributes.Flag("allowzero");
        var shape = asked.Select((size, axis) => size != 0 || keepsZeros ? size
            : axis < x.dim() ? x.shape[axis]
            : throw Unfit(call, asked)).ToArray();
        var open = Array.IndexOf(shape, -1);
        if (open >= 0)
        {
            shape[open] = 1;
            var others = TensorBound.Count(call, shape);
            shape[open] = others > 0 ? x.NumberOfElements / others : 0;
        }

        return TensorBound.Count(call, shape) == x.NumberOfElements ? x.reshape(shape) : throw Unfit(call, asked);
    }

    private static WeightsFormatException Unfit(OperatorCall call, long[] asked)
        => call.Node.Refuse($"is to bring the shape [{string.Join(", ", call[0].shape)}] into [{string.Join(", ", asked)}], which has another number of elements. "
            + "If the network was exported for a batch of fixed size, export it with a dynamic first axis.");

    private static Tensor Flatten(OperatorCall call)
    {
        var x = call[0];
        var axis = call.Attributes.Integer("axis", 1);
        var split = axis == x.dim() ? (int)axis : call.Axis(axis, x.dim());
        return x.reshape(Product(x.shape.Take(split)), Product(x.shape.Skip(split)));
    }

    private static long Product(IEnumerable<long> sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    private static Tensor Squeeze(OperatorCall call, long[]? axes)
    {
        var x = call[0];
        if (axes is null)
        {
            return x.reshape([.. x.shape.Where(size => size != 1)]);
        }

        var places = axes.Select(axis => call.Axis(axis, x.dim())).ToHashSet();
        return places.All(place => x.shape[place] == 1)
            ? x.reshape([.. x.shape.Where((_, axis) => !places.Contains(axis))])
            : throw call.Node.Refuse($"takes the axes {string.Join(", ", axes)} from the shape [{string.Join(", ", x.shape)}]; expected axes of length 1. Export the network again.");
    }

    private static Tensor Unsqueeze(OperatorCall call, long[]? axes)
    {
        var x = call[0];
        if (axes is null)
        {
            throw call.Node.Refuse("lacks its axes. Export the network again.");
        }

        var rank = x.dim() + axes.Length;
        var places = axes.Select(axis => call.Axis(axis, rank)).ToHashSet();
        if (places.Count != axes.Length)
        {
            throw call.Node.Refuse($"has the axes {ErrorText.Shorten(string.Join(", ", axes))}, one of them twice. Export the network again.");
        }

        var sizes = new Queue<long>(x.shape);
        return x.reshape([.. Enumerable.Range(0, (int)rank).Select(axis => places.Contains(axis) ? 1 : sizes.Dequeue())]);
    }

    private static Tensor Tile(OperatorCall call)
    {
        var x = call[0];
        var repeats = call.Integers(1);
        if (repeats.Length != x.dim() || repeats.Any(repeat => repeat is < 0 or > TensorBound.MostElements))
        {
            throw call.Node.Refuse($"repeats the shape [{string.Join(", ", x.shape)}] [{ErrorText.Shorten(string.Join(", ", repeats))}] times; expected one count for each axis. Export the network again.");
        }

        TensorBound.Count(call, [.. x.shape.Zip(repeats, (size, repeat) => size * repeat)]);
        return x.dim() == 0 ? x.alias() : x.repeat(repeats);
    }

    private static Tensor Transpose(OperatorCall call)
    {
        var x = call[0];
        var order = call.Attributes.Integers("perm") ?? [.. Enumerable.Range(0, (int)x.dim()).Select(axis => x.dim() - 1 - axis)];
        return order.Length == x.dim() && order.Order().SequenceEqual(Enumerable.Range(0, order.Length).Select(axis => (long)axis))
            ? x.permute(order)
            : throw call.Node.Refuse($"puts {x.dim()} axes into the order [{ErrorText.Shorten(string.Join(", ", order))}]. Export the network again.");
    }
}
