using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Sums, means and extremes along axes.</summary>
/// <remarks>The axes are an attribute until opset 18 (13 for ReduceSum) and an input from then on.</remarks>
internal static class ReductionOperators
{
    private const int AxesAreAnInput = 18, AxesOfSumAreAnInput = 13;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        .. Reduction("ReduceL1", AxesAreAnInput, static (x, axes, keep) => Sum(x.abs(), axes, keep)),
        .. Reduction("ReduceL2", AxesAreAnInput, Length),
        .. Reduction("ReduceLogSum", AxesAreAnInput, static (x, axes, keep) => Sum(x, axes, keep).log()),
        .. Reduction("ReduceLogSumExp", AxesAreAnInput, LogSumExp),
        .. Reduction("ReduceMax", AxesAreAnInput, static (x, axes, keep) => Extreme(x, axes, keep, greatest: true)),
        .. Reduction("ReduceMean", AxesAreAnInput, Mean),
        .. Reduction("ReduceMin", AxesAreAnInput, static (x, axes, keep) => Extreme(x, axes, keep, greatest: false)),
        .. Reduction("ReduceProd", AxesAreAnInput, Product),
        .. Reduction("ReduceSum", AxesOfSumAreAnInput, Sum),
        .. Reduction("ReduceSumSquare", AxesAreAnInput, static (x, axes, keep) => Sum(x.mul(x), axes, keep)),
    ];

    private delegate Tensor Reduce(Tensor x, long[] axes, bool keep);

    /// <summary>The shape after a reduction.</summary>
    /// <param name="shape">The shape before it.</param>
    /// <param name="axes">What is reduced, counted from 0.</param>
    /// <param name="keep">Whether reduced axes stay, with a length of 1.</param>
    public static long[] ShapeAfter(IReadOnlyList<long> shape, long[] axes, bool keep)
        => [.. shape.Select((size, axis) => (size, isReduced: axes.Contains(axis))).Where(one => keep || !one.isReduced).Select(one => one.isReduced ? 1 : one.size)];

    private static IEnumerable<OperatorRule> Reduction(string name, int axesAreAnInput, Reduce reduce)
    {
        yield return OperatorRule.Of(name, 1, call => Run(call, call.Attributes.Integers("axes"), reduce));
        yield return OperatorRule.Of(name, axesAreAnInput, call => Run(call, call.OptionalIntegers(1), reduce));
    }

    private static Tensor Run(OperatorCall call, long[]? given, Reduce reduce)
    {
        var x = call[0];
        var isWhole = given is null or [];
        if (isWhole && call.Attributes.Flag("noop_with_empty_axes"))
        {
            // Nothing is reduced, but what is done to each element is done.
            return reduce(x.unsqueeze(0), [0], false);
        }

        long[] axes = isWhole ? [.. Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis)] : [.. given!.Select(axis => (long)call.Axis(axis, x.dim())).Distinct().Order()];

        // Torch takes an empty list of axes for all of them, and a scalar has none.
        return axes.Length == 0 ? reduce(x.unsqueeze(0), [0], false) : reduce(x, axes, call.Attributes.Flag("keepdims", preset: true));
    }

    private static Tensor Sum(Tensor x, long[] axes, bool keep) => x.sum(axes, keep, x.dtype);

    private static Tensor Mean(Tensor x, long[] axes, bool keep)
    {
        if (x.is_floating_point())
        {
            return x.mean(axes, keep);
        }

        using Scalar count = axes.Aggregate(1L, (product, axis) => product * x.shape[axis]);
        return Sum(x, axes, keep).div(count, RoundingMode.trunc);
    }

    // The gradient of a length is 0 at the origin, not the quotient 0 / 0.
    private static Tensor Length(Tensor x, long[] axes, bool keep)
        => x.is_floating_point() ? linalg.vector_norm(x, 2, axes, keep) : Sum(x.mul(x), axes, keep).to_type(ScalarType.Float64).sqrt().to_type(x.dtype);

    private static Tensor LogSumExp(Tensor x, long[] axes, bool keep)
    {
        var kept = Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis).Except(axes).ToArray();
        var last = x.permute([.. kept, .. axes]).reshape([.. kept.Select(axis => x.shape[axis]), axes.Aggregate(1L, (product, axis) => product * x.shape[axis])]);
        return last.logsumexp(-1).reshape(ShapeAfter(x.shape, axes, keep));
    }

    private static Tensor Product(Tensor x, long[] axes, bool keep)
    {
        // Torch multiplies along one axis at a time; from the last one, so that the places of the others stay.
        return Enumerable.Reverse(axes).Aggregate(x, (product, axis) => product.prod(axis, keep, x.dtype));
    }

    private static Tensor Extreme(Tensor x, long[] axes, bool keep, bool greatest)
    {
        if (axes.All(axis => x.shape[axis] > 0))
        {
            return greatest ? x.amax(axes, keep) : x.amin(axes, keep);
        }

        // Of nothing: the number that is no greater (no less) than any other.
        using var identity = IdentityOf(x.dtype, greatest);
        return full(ShapeAfter(x.shape, axes, keep), identity, dtype: x.dtype, device: x.device);
    }

    private static Scalar IdentityOf(ScalarType type, bool greatest) => type switch
    {
        ScalarType.Bool => !greatest,
        ScalarType.Byte => greatest ? byte.MinValue : byte.MaxValue,
        ScalarType.Int8 => greatest ? sbyte.MinValue : sbyte.MaxValue,
        ScalarType.Int16 => greatest ? short.MinValue : short.MaxValue,
        ScalarType.Int32 => greatest ? int.MinValue : int.MaxValue,
        ScalarType.Int64 => greatest ? long.MinValue : long.MaxValue,
        _ => greatest ? double.NegativeInfinity : double.PositiveInfinity,
    };
}
