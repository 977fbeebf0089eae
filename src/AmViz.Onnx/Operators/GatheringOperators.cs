using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Elements by their indices.</summary>
internal static class GatheringOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Compress", 1, Compress),
        OperatorRule.Of("Gather", 1, Gather),
        OperatorRule.Of("GatherElements", 1, GatherElements),
        OperatorRule.Of("GatherND", 1, GatherTuples),
        OperatorRule.Of("NonZero", 1, call => call[0].nonzero().t()),
        OperatorRule.Of("ReverseSequence", 1, ReverseSequence),
    ];

    private static Tensor Gather(OperatorCall call)
    {
        var x = call[0];
        var axis = call.Axis(call.Attributes.Integer("axis", 0), x.dim());
        long[] shape = [.. x.shape.Take(axis), .. call[1].shape, .. x.shape.Skip(axis + 1)];
        TensorBound.Count(call, shape);
        var indices = TensorIndices.Wrap(call, call[1], x.shape[axis], x.device);
        return x.index_select(axis, indices.flatten()).reshape(shape);
    }

    private static Tensor GatherElements(OperatorCall call)
    {
        var x = call[0];
        var axis = call.Axis(call.Attributes.Integer("axis", 0), x.dim());
        return x.gather(axis, TensorIndices.Wrap(call, call[1], x.shape[axis], x.device));
    }

    // Each tuple of indices picks a slice; the first axes may be those of a batch, the same in both tensors.
    private static Tensor GatherTuples(OperatorCall call)
    {
        var (x, tuples) = (call[0], call[1]);
        var batchAxes = (int)Math.Clamp(call.Attributes.Integer("batch_dims", 0), 0, x.dim());
        if (tuples.dim() <= batchAxes || tuples.shape[^1] > x.dim() - batchAxes || !tuples.shape.Take(batchAxes).SequenceEqual(x.shape.Take(batchAxes)))
        {
            throw call.Node.Refuse($"picks from the shape [{string.Join(", ", x.shape)}] by tuples of shape [{string.Join(", ", tuples.shape)}] with {batchAxes} axes of a batch, which do not fit. Export the network again.");
        }

        var width = (int)tuples.shape[^1];
        var batch = Product(x.shape.Take(batchAxes));
        long[] rest = [.. x.shape.Skip(batchAxes + width)];
        long[] shape = [.. tuples.shape.SkipLast(1), .. rest];
        TensorBound.Count(call, shape);
        var rows = FlatIndices.Of(call, tuples, [.. x.shape.Skip(batchAxes).Take(width)], x.device).reshape(batch, -1, 1);      // [B, M, 1]
        var slices = x.reshape(batch, Product(x.shape.Skip(batchAxes).Take(width)), Product(rest));                            // [B, N, R]
        return slices.gather(1, rows.expand(-1, -1, slices.shape[2])).reshape(shape);
    }

    private static long Product(IEnumerable<long> sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    private static Tensor Compress(OperatorCall call)
    {
        var isFlat = !call.Attributes.Has("axis");
        var x = isFlat ? call[0].flatten() : call[0];
        var axis = isFlat ? 0 : call.Axis(call.Attributes.Integer("axis", 0), x.dim());
        var picked = call[1].to_type(ScalarType.Bool).flatten().nonzero().flatten();
        return x.index_select(axis, TensorIndices.Wrap(call, picked, x.shape[axis], x.device));
    }

    // Of every sequence of a batch the first so many places are turned round.
    private static Tensor ReverseSequence(OperatorCall call)
    {
        var x = call[0];
        var timeAxis = call.Attributes.Integer("time_axis", 0);
        var lengths = call.Integers(1);
        if (x.dim() < 2 || timeAxis is not (0 or 1) || call.Attributes.Integer("batch_axis", 1) != 1 - timeAxis || lengths.Length != x.shape[1 - timeAxis] || lengths.Any(length => length < 0 || length > x.shape[timeAxis]))
        {
            throw call.Node.Refuse($"reverses {lengths.Length} sequences of the shape [{string.Join(", ", x.shape)}] along axis {timeAxis}, which do not fit. Export the network again.");
        }

        var (time, batch) = (x.shape[timeAxis], x.shape[1 - timeAxis]);
        var rows = new long[time * batch];
        for (var at = 0L; at < time; at++)
        {
            for (var sequence = 0L; sequence < batch; sequence++)
            {
                var source = at < lengths[sequence] ? lengths[sequence] - 1 - at : at;
                rows[timeAxis == 0 ? (at * batch) + sequence : (sequence * time) + at] = timeAxis == 0 ? (source * batch) + sequence : (sequence * time) + source;
            }
        }

        return x.flatten(0, 1).index_select(0, TensorIndices.Of(rows, x.device)).reshape(x.shape);
    }
}
