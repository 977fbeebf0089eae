using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>A copy of a tensor in which elements are replaced or combined, by their indices.</summary>
internal static class ScatteringOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Scatter", 1, ScatterElements),
        OperatorRule.Of("ScatterElements", 1, ScatterElements),
        OperatorRule.Of("ScatterND", 1, ScatterSlices),
    ];

    private static Tensor ScatterElements(OperatorCall call)
    {
        var (x, updates) = (call[0], call[2]);
        var axis = call.Axis(call.Attributes.Integer("axis", 0), x.dim());
        if (call[1].dim() != x.dim() || !updates.shape.SequenceEqual(call[1].shape) || call[1].shape.Where((size, i) => i != axis && size > x.shape[i]).Any())
        {
            throw Unfit(call);
        }

        var indices = TensorIndices.Wrap(call, call[1], x.shape[axis], x.device);
        if (Reduction(call) == "none")
        {
            return x.scatter(axis, indices, updates);
        }

        // The place of every element in the flat tensor.
        var places = zeros(indices.shape, dtype: ScalarType.Int64, device: x.device);
        for (var i = 0; i < x.dim(); i++)
        {
            var along = Enumerable.Repeat(1L, (int)x.dim()).ToArray();
            along[i] = indices.shape[i];
            using Scalar size = x.shape[i];
            places = places.mul(size).add(i == axis ? indices : TensorIndices.UpTo(indices.shape[i], x.device).reshape(along), HeldScalars.One);
        }

        return Combine(call, x.flatten(), places.flatten(), updates.flatten()).reshape(x.shape);
    }

    private static Tensor ScatterSlices(OperatorCall call)
    {
        var (x, tuples, updates) = (call[0], call[1], call[2]);
        var width = tuples.dim() > 0 ? tuples.shape[^1] : -1;
        if (width < 0 || width > x.dim())
        {
            throw Unfit(call);
        }

        long[] rest = [.. x.shape.Skip((int)width)];
        if (!updates.shape.SequenceEqual([.. tuples.shape.SkipLast(1), .. rest]))
        {
            throw Unfit(call);
        }

        var counted = x.shape.Take((int)width).ToArray();
        var places = FlatIndices.Of(call, tuples, counted, x.device).flatten();
        var slice = Product(rest);
        return Combine(call, x.reshape(Product(counted), slice), places, updates.reshape(places.shape[0], slice)).reshape(x.shape);
    }

    private static Tensor Combine(OperatorCall call, Tensor x, Tensor places, Tensor updates) => Reduction(call) switch
    {
        "none" => x.index_copy(0, places, updates),
        "add" => x.index_add(0, places, updates, HeldScalars.One),
        "mul" => InRounds(x, places, updates, static (old, update) => old.mul(update)),
        "max" => InRounds(x, places, updates, static (old, update) => old.maximum(update)),
        "min" => InRounds(x, places, updates, static (old, update) => old.minimum(update)),
        var other => throw call.Node.Refuse($"combines by '{ErrorText.Shorten(other)}'; expected none, add, mul, max or min. Export the network again."),
    };

    // TorchSharp has no index_reduce. Each round takes one update of every place, so that no place is written twice in one.
    private static Tensor InRounds(Tensor x, Tensor places, Tensor updates, Func<Tensor, Tensor, Tensor> combine)
    {
        var rounds = new List<List<long>>();
        var seen = new Dictionary<long, int>();
        var row = 0L;
        foreach (var place in Numbers(places))
        {
            var round = seen.GetValueOrDefault(place);
            seen[place] = round + 1;
            if (round == rounds.Count)
            {
                rounds.Add([]);
            }

            rounds[round].Add(row++);
        }

        var result = x.alias();
        foreach (var rows in rounds)
        {
            var taken = TensorIndices.Of([.. rows], x.device);
            var at = places.index_select(0, taken);
            result = result.index_copy(0, at, combine(result.index_select(0, at), updates.index_select(0, taken)));
        }

        return result;
    }

    private static long[] Numbers(Tensor places)
    {
        using var scope = NewDisposeScope();
        return places.cpu().contiguous().data<long>().ToArray();
    }

    private static string Reduction(OperatorCall call) => call.Attributes.Text("reduction", "none");

    private static long Product(IEnumerable<long> sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    private static WeightsFormatException Unfit(OperatorCall call)
        => call.Node.Refuse($"puts updates of shape [{string.Join(", ", call[2].shape)}] at indices of shape [{string.Join(", ", call[1].shape)}] into [{string.Join(", ", call[0].shape)}], which do not fit. Export the network again.");
}
