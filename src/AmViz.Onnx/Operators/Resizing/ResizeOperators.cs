using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Pictures made larger and smaller, one axis after the other.</summary>
/// <remarks>Every way of it but copying the nearest element is a product with one matrix an axis, so its gradient is the product with the transpose.</remarks>
internal static class ResizeOperators
{
    private const int MostRemembered = 16;

    // Numbers depend on the shape only; they go with the node, and so with the network.
    private static readonly ConditionalWeakTable<OnnxNode, ConcurrentDictionary<(ResizeAxis, ResizeFilter), double[]>> Remembered = new();

    /// <summary>Both of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Resize", 1, call => Resize(call, ResizePlan.OfUpsample(call))),
        OperatorRule.Of("Resize", 11, call => Resize(call, ResizePlan.Of(call))),
        OperatorRule.Of("Upsample", 1, call => Resize(call, ResizePlan.OfUpsample(call))),
    ];

    private static Tensor Resize(OperatorCall call, ResizePlan plan)
    {
        var x = call[0];
        if (plan.Rounding is null && !x.is_floating_point())
        {
            throw call.Node.Refuse($"interpolates numbers of the format {x.dtype}; expected fractions. Export the network in float32.");
        }

        // The axes that shrink come first, so that the others have less to do.
        var result = x.alias();
        foreach (var (axis, resize) in plan.Axes.OrderBy(one => one.Value.Stretch))
        {
            result = plan.Rounding is { } rounding ? Copy(result, axis, NearestPlaces.Of(resize, rounding)) : Weigh(call, result, axis, resize, plan.Filter);
        }

        foreach (var (axis, resize) in plan.Axes.Where(one => one.Value.Mode == ResizeAxis.Crop))
        {
            result = MarkOutside(result, axis, resize, plan.Outside);
        }

        return result;
    }

    private static Tensor Copy(Tensor x, int axis, long[] places)
    {
        if (NearestPlaces.Repeats(places, x.shape[axis]) is not { } repeats)
        {
            return x.index_select(axis, TensorIndices.Of(places, x.device));
        }

        // The gradient of a view that repeats is a plain sum, several times as fast as one by indices.
        var repeated = Enumerable.Repeat(-1L, (int)x.dim() + 1).ToArray();
        repeated[axis + 1] = repeats;
        return x.unsqueeze(axis + 1).expand(repeated).flatten(axis, axis + 1);
    }

    private static Tensor Weigh(OperatorCall call, Tensor x, int axis, ResizeAxis resize, ResizeFilter filter)
    {
        var known = Remembered.GetOrCreateValue(call.Node);
        if (known.Count > MostRemembered)
        {
            known.Clear();
        }

        var numbers = known.GetOrAdd((resize, filter), static key => key.Item2.Weights(key.Item1));
        var weights = tensor(numbers, [resize.To, resize.From], dtype: x.dtype, device: x.device);
        return MatrixProduct.Of(call, x.transpose(axis, -1), weights.t()).transpose(axis, -1);
    }

    private static Tensor MarkOutside(Tensor x, int axis, ResizeAxis resize, double value)
    {
        var isOutside = new bool[resize.To];
        for (var to = 0L; to < resize.To; to++)
        {
            isOutside[to] = resize.IsOutside(to);
        }

        if (!isOutside.Contains(true))
        {
            return x;
        }

        var along = Enumerable.Repeat(1L, (int)x.dim()).ToArray();
        along[axis] = resize.To;
        return x.masked_fill(tensor(isOutside, along, device: x.device), HeldScalars.Of(value));
    }
}
