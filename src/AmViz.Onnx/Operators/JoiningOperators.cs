using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Joining tensors, and cutting pieces out of them.</summary>
internal static class JoiningOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Concat", 1, Concat),
        OperatorRule.Of("DepthToSpace", 1, DepthToSpace),
        OperatorRule.Of("Slice", 1, Slice),
        OperatorRule.Of("SpaceToDepth", 1, SpaceToDepth),
        new("Split", 1, call => Split(call, call.Attributes.Integers("split"))),
        new("Split", 13, call => Split(call, call.OptionalIntegers(1))),
        OperatorRule.Of("Trilu", 1, Triangle),
    ];

    private static Tensor Concat(OperatorCall call)
    {
        var parts = Enumerable.Range(0, call.Count).Select(i => call[i]).ToArray();
        if (parts.Length == 0)
        {
            throw call.Node.Refuse("joins nothing. Export the network again.");
        }

        return cat(parts, call.Axis(call.Attributes.Integer("axis", 1), parts[0].dim()));
    }

    private static Tensor[] Split(OperatorCall call, long[]? sizes)
    {
        var x = call[0];
        var axis = call.Axis(call.Attributes.Integer("axis", 0), x.dim());
        sizes ??= EqualParts(call, x.shape[axis]);
        if (sizes.Any(size => size < 0 || size > x.shape[axis]) || sizes.Sum() != x.shape[axis])
        {
            throw call.Node.Refuse($"splits an axis of length {x.shape[axis]} into [{ErrorText.Shorten(string.Join(", ", sizes))}]; expected lengths with that sum. Export the network again.");
        }

        // Together: then the gradient is put together of those of the pieces, instead of adding them up, each among zeros.
        return x.split(sizes, axis);
    }

    // The last of them is the smaller one where they do not come out even.
    private static long[] EqualParts(OperatorCall call, long length)
    {
        long count = call.Node.Outputs.Count;
        if (count == 0 || call.Attributes.Integer("num_outputs", count) != count)
        {
            throw call.Node.Refuse($"splits into {call.Attributes.Integer("num_outputs", count)} parts and has {count} outputs. Export the network again.");
        }

        var part = (length + count - 1) / count;
        return [.. Enumerable.Range(0, (int)count).Select(i => Math.Clamp(length - (i * part), 0, part))];
    }

    private static Tensor Slice(OperatorCall call)
    {
        var x = call[0];
        // Inputs since opset 10, attributes before.
        var (starts, ends) = (call.OptionalIntegers(1) ?? call.Attributes.Integers("starts") ?? call.Integers(1), call.OptionalIntegers(2) ?? call.Attributes.Integers("ends") ?? call.Integers(2));
        var axes = call.OptionalIntegers(3) ?? call.Attributes.Integers("axes") ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        var steps = call.OptionalIntegers(4) ?? [.. starts.Select(_ => 1L)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
        {
            throw call.Node.Refuse($"has {starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps; expected one of each for every axis, and no step of 0. Export the network again.");
        }

        var result = x.alias();
        for (var i = 0; i < starts.Length; i++)
        {
            result = SliceAxis(result, call.Axis(axes[i], x.dim()), starts[i], ends[i], steps[i]);
        }

        return result;
    }

    private static Tensor SliceAxis(Tensor x, int axis, long start, long end, long step)
    {
        var length = x.shape[axis];
        if (length == 0)
        {
            return x;
        }

        // Larger steps than the axis is long lead out of it as well.
        step = Math.Clamp(step, -length, length);
        start = start < 0 ? start + length : start;
        end = end < 0 ? end + length : end;
        if (step > 0)
        {
            start = Math.Clamp(start, 0, length);
            return x.slice(axis, start, Math.Clamp(end, start, length), step);
        }

        start = Math.Clamp(start, -1, length - 1);
        end = Math.Clamp(end, -1, length - 1);
        var indices = new List<long>();
        for (var at = start; at > end; at += step)
        {
            indices.Add(at);
        }

        return x.index_select(axis, TensorIndices.Of([.. indices], x.device));
    }

    private static (long Batch, long Channels, long Height, long Width, long Block) Picture(OperatorCall call)
    {
        var shape = call[0].shape;
        var block = call.Attributes.Integer("blocksize", 0);
        return shape.Length == 4 && block is > 0 and <= int.MaxValue
            ? (shape[0], shape[1], shape[2], shape[3], block)
            : throw call.Node.Refuse($"has an input of shape [{string.Join(", ", shape)}] and blocks of {block}; expected [batch, channels, height, width]. Export the network again.");
    }

    private static Tensor DepthToSpace(OperatorCall call)
    {
        var (batch, channels, height, width, block) = Picture(call);
        var (isDepthFirst, mode) = call.Attributes.Text("mode", "DCR") switch
        {
            "DCR" => (true, "DCR"),
            "CRD" => (false, "CRD"),
            var other => throw call.Node.Refuse($"has the mode '{ErrorText.Shorten(other)}'; expected DCR or CRD. Export the network again."),
        };
        var inner = channels / (block * block);
        if (inner * block * block != channels)
        {
            throw call.Node.Refuse($"spreads {channels} channels over blocks of {block} x {block} in mode {mode}, which does not come out even. Export the network again.");
        }

        var blocks = isDepthFirst
            ? call[0].reshape(batch, block, block, inner, height, width).permute(0, 3, 4, 1, 5, 2)
            : call[0].reshape(batch, inner, block, block, height, width).permute(0, 1, 4, 2, 5, 3);
        return blocks.reshape(batch, inner, height * block, width * block);
    }

    private static Tensor SpaceToDepth(OperatorCall call)
    {
        var (batch, channels, height, width, block) = Picture(call);
        return height % block == 0 && width % block == 0
            ? call[0].reshape(batch, channels, height / block, block, width / block, block).permute(0, 3, 5, 1, 2, 4).reshape(batch, channels * block * block, height / block, width / block)
            : throw call.Node.Refuse($"cuts {height} x {width} into blocks of {block}, which does not come out even. Give pictures whose sides are multiples.");
    }

    private static Tensor Triangle(OperatorCall call)
    {
        var x = call[0];
        if (x.dim() < 2)
        {
            throw call.Node.Refuse($"takes a triangle of the shape [{string.Join(", ", x.shape)}]; expected at least two axes. Export the network again.");
        }

        // Diagonals outside of the matrix are all the same.
        var diagonal = call.OptionalIntegers(1) is [var told, ..] ? Math.Clamp(told, -x.shape[^2] - 1, x.shape[^1] + 1) : 0;
        return call.Attributes.Flag("upper", preset: true) ? x.triu(diagonal) : x.tril(diagonal);
    }
}
