using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>Pictures read at places that a grid tells, and patches put together again.</summary>
internal static class SamplingOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("AffineGrid", 20, AffineGrid),
        OperatorRule.Of("Col2Im", 18, FoldPatches),
        OperatorRule.Of("GridSample", 16, GridSample),
    ];

    private static Tensor AffineGrid(OperatorCall call)
    {
        var size = call.Integers(1);
        TensorBound.Count(call, size);
        if (size.Length is not (4 or 5) || !call[0].shape.SequenceEqual([size[0], size.Length - 2, size.Length - 1]))
        {
            throw call.Node.Refuse($"makes a grid of the size [{ErrorText.Shorten(string.Join(", ", size))}] by [{string.Join(", ", call[0].shape)}]; expected [N, 2, 3] and four axes, or [N, 3, 4] and five. Export the network again.");
        }

        return F.affine_grid(call[0], size, call.Attributes.Flag("align_corners"));
    }

    private static Tensor GridSample(OperatorCall call)
    {
        var (x, grid) = (call[0], call[1]);
        if (x.dim() is not (4 or 5) || grid.dim() != x.dim() || grid.shape[^1] != x.dim() - 2 || grid.shape[0] != x.shape[0])
        {
            throw call.Node.Refuse($"reads [{string.Join(", ", x.shape)}] at places of shape [{string.Join(", ", grid.shape)}]; expected pictures or volumes, and a grid of as many axes. Export the network again.");
        }

        var padding = call.Attributes.Text("padding_mode", "zeros") switch
        {
            "zeros" => GridSamplePaddingMode.Zeros,
            "border" => GridSamplePaddingMode.Border,
            "reflection" => GridSamplePaddingMode.Reflection,
            var other => throw call.Node.Refuse($"has the padding mode '{ErrorText.Shorten(other)}'; expected zeros, border or reflection. Export the network again."),
        };
        var isAligned = call.Attributes.Flag("align_corners");
        return call.Attributes.Text("mode", "linear") switch
        {
            "linear" or "bilinear" => F.grid_sample(x, grid, GridSampleMode.Bilinear, padding, isAligned),
            "nearest" => F.grid_sample(x, grid, GridSampleMode.Nearest, padding, isAligned),
            "cubic" or "bicubic" when x.dim() == 4 => BicubicSampling.Sample(x, grid, padding, isAligned),
            var other => throw call.Node.Refuse($"has the mode '{ErrorText.Shorten(other)}' for {x.dim()} axes; expected linear or nearest, or cubic for four axes. Export the network again."),
        };
    }

    /// <summary>The sum of all patches at their places: the transpose of taking patches out.</summary>
    private static Tensor FoldPatches(OperatorCall call)
    {
        var x = call[0];
        var (picture, patch) = (call.Integers(1), call.Integers(2));
        var rank = picture.Length;
        var ones = Enumerable.Repeat(1L, rank).ToArray();
        var (dilations, strides) = (call.Attributes.Integers("dilations") ?? ones, call.Attributes.Integers("strides") ?? ones);
        var pads = call.Attributes.Integers("pads") ?? new long[2 * rank];
        if (rank == 0 || patch.Length != rank || dilations.Length != rank || strides.Length != rank || pads.Length != 2 * rank || x.dim() != 3
            || patch.Concat(dilations).Concat(strides).Any(number => number is < 1 or > int.MaxValue) || pads.Any(pad => pad is < 0 or > int.MaxValue))
        {
            throw call.Node.Refuse($"puts [{string.Join(", ", x.shape)}] together to {rank} axes; its patch, dilations, strides and pads do not fit. Export the network again.");
        }

        long[] padded = [.. picture.Select((size, axis) => size + pads[axis] + pads[rank + axis])];
        long[] steps = [.. Enumerable.Range(0, rank).Select(axis => ((padded[axis] - (dilations[axis] * (patch[axis] - 1)) - 1) / strides[axis]) + 1)];
        var (places, taps, patches) = (TensorBound.Count(call, padded), TensorBound.Count(call, patch), TensorBound.Count(call, steps));
        if (x.shape[1] % taps != 0 || x.shape[2] != patches)
        {
            throw call.Node.Refuse($"puts [{string.Join(", ", x.shape)}] together from patches of [{string.Join(", ", patch)}]; expected {patches} of them. Export the network again.");
        }

        var channels = x.shape[1] / taps;
        TensorBound.Count(call, [x.shape[0], channels, places]);
        var target = Targets(padded, patch, steps, dilations, strides);
        var sum = zeros([x.shape[0], channels, places], dtype: x.dtype, device: x.device)
            .index_add(2, TensorIndices.Of(target, x.device), x.reshape(x.shape[0], channels, taps * patches), HeldScalars.One)
            .reshape([x.shape[0], channels, .. padded]);
        for (var axis = 0; axis < rank; axis++)
        {
            sum = sum.narrow(axis + 2, pads[axis], picture[axis]);
        }

        return sum;
    }

    // The place in the padded picture of every tap of every patch.
    private static long[] Targets(long[] padded, long[] patch, long[] steps, long[] dilations, long[] strides)
    {
        long[] places = [0];
        long[] taps = [0];
        for (var axis = 0; axis < padded.Length; axis++)
        {
            var (size, step, dilation) = (padded[axis], strides[axis], dilations[axis]);
            places = [.. places.SelectMany(place => Numbers(steps[axis]).Select(at => (place * size) + (at * step)))];
            taps = [.. taps.SelectMany(place => Numbers(patch[axis]).Select(at => (place * size) + (at * dilation)))];
        }

        return [.. taps.SelectMany(tap => places.Select(place => tap + place))];
    }

    private static IEnumerable<long> Numbers(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            yield return i;
        }
    }
}
