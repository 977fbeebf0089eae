using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>The largest, mean or a norm of the values under a window, or of all.</summary>
internal static class PoolingOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("AveragePool", 1, Mean),
        OperatorRule.Of("GlobalAveragePool", 1, call => call[0].mean(Positions(call), keepdim: true)),
        OperatorRule.Of("GlobalLpPool", 1, call => Root(Power(call[0], Exponent(call)).sum(Positions(call), keepdim: true), Exponent(call))),
        OperatorRule.Of("GlobalMaxPool", 1, call => call[0].amax(Positions(call), keepdim: true)),
        OperatorRule.Of("LpPool", 1, Norm),
        new("MaxPool", 1, Largest),
    ];

    private static long[] Positions(OperatorCall call) => call[0].dim() > 2
        ? [.. Enumerable.Range(2, (int)call[0].dim() - 2).Select(axis => (long)axis)]
        : throw call.Node.Refuse($"pools a tensor of {call[0].dim()} axes; expected at least 3. Export the network again.");

    private static Windows WindowOf(OperatorCall call)
    {
        var kernel = call.Attributes.Integers("kernel_shape") ?? throw call.Node.Refuse("has no kernel_shape. Export the network again.");
        return Windows.Of(call, kernel);
    }

    private static bool IsCeiling(OperatorCall call) => call.Attributes.Flag("ceil_mode");

    // How far windows at the end reach over the border.
    private static long[] Overhang(OperatorCall call, Windows window)
    {
        var x = call[0];
        var overhang = new long[window.Rank];
        for (var axis = 0; axis < window.Rank; axis++)
        {
            var length = x.shape[axis + 2];
            var positions = window.Positions(axis, length, IsCeiling(call));
            if (positions < 1)
            {
                throw call.Node.Refuse($"has a window of [{string.Join(", ", window.Kernel)}], which does not fit on [{string.Join(", ", x.shape)}]. Give larger pictures.");
            }

            overhang[axis] = Math.Max(0, ((positions - 1) * window.Strides[axis]) + window.Span(axis) - length - window.Before[axis] - window.After[axis]);
        }

        TensorBound.Count(call, [x.shape[0], x.shape[1], .. overhang.Select((more, axis) => x.shape[axis + 2] + window.Before[axis] + window.After[axis] + more)]);
        return overhang;
    }

    private static IReadOnlyList<Tensor?> Largest(OperatorCall call)
    {
        var x = call[0];
        var window = WindowOf(call);
        var overhang = Overhang(call, window);
        var isDirect = window.IsSymmetric && overhang.All(more => more == 0) && window.Before.Select((border, axis) => 2 * border <= window.Kernel[axis]).All(fits => fits);
        var border = isDirect ? window.Before : new long[window.Rank];
        var padded = isDirect ? x : window.Surround(x, Least(x.dtype), overhang);
        var wantsPlaces = call.Node.Outputs.Count > 1 && call.Node.Outputs[1].Length > 0;
        var (values, places) = Largest(padded, window, border);
        return wantsPlaces ? [values, Places(call, window, places, padded.shape[2..], isDirect)] : [values];
    }

    private static (Tensor Values, Tensor Places) Largest(Tensor x, Windows window, long[] border)
    {
        if (window.Rank == 1)
        {
            var (values, places) = F.max_pool2d_with_indices(x.unsqueeze(2), [1, .. window.Kernel], [1, .. window.Strides], [0, .. border], [1, .. window.Dilations]);
            return (values.squeeze(2), places.squeeze(2));
        }

        return window.Rank == 2
            ? F.max_pool2d_with_indices(x, window.Kernel, window.Strides, border, window.Dilations)
            : F.max_pool3d_with_indices(x, window.Kernel, window.Strides, border, window.Dilations);
    }

    // From places on the padded map of a channel to places in the whole tensor, rows first or, as storage_order says, columns first.
    private static Tensor Places(OperatorCall call, Windows window, Tensor places, long[] padded, bool isDirect)
    {
        var sizes = call[0].shape;
        var columnsFirst = call.Attributes.Flag("storage_order");
        var rest = places;
        Tensor? inside = null;
        var step = 1L;
        var order = Enumerable.Range(0, window.Rank).Reverse().ToList();
        var steps = new long[window.Rank];
        foreach (var axis in columnsFirst ? Enumerable.Range(0, window.Rank) : order)
        {
            steps[axis] = step;
            step *= sizes[axis + 2];
        }

        foreach (var axis in order)
        {
            using Scalar length = padded[axis], offset = isDirect ? 0 : window.Before[axis], factor = steps[axis];
            var place = rest.remainder(length).sub(offset).mul(factor);
            rest = rest.div(length, RoundingMode.floor).to_type(ScalarType.Int64);
            inside = inside is null ? place : inside.add(place, HeldScalars.One);
        }

        using Scalar map = step;
        var maps = arange(sizes[0] * sizes[1], dtype: ScalarType.Int64, device: places.device).mul(map).view([sizes[0], sizes[1], .. Enumerable.Repeat(1L, window.Rank)]);
        return inside!.add(maps, HeldScalars.One);
    }

    private static double Least(ScalarType type) => type switch
    {
        ScalarType.Byte => byte.MinValue,
        ScalarType.Int8 => sbyte.MinValue,
        _ => double.NegativeInfinity,
    };

    private static Tensor Mean(OperatorCall call)
    {
        var x = call[0];
        var window = WindowOf(call);
        var overhang = Overhang(call, window);
        var counted = call.Attributes.Flag("count_include_pad");
        if (window.IsSymmetric && window.IsDense && overhang.All(more => more == 0) && window.Before.Select((border, axis) => 2 * border <= window.Kernel[axis]).All(fits => fits))
        {
            return window.Rank switch
            {
                1 => F.avg_pool2d(x.unsqueeze(2), [1, .. window.Kernel], [1, .. window.Strides], [0, .. window.Before], count_include_pad: counted).squeeze(2),
                2 => F.avg_pool2d(x, window.Kernel, window.Strides, window.Before, count_include_pad: counted),
                _ => F.avg_pool3d(x, window.Kernel, window.Strides, window.Before, count_include_pad: counted),
            };
        }

        return Sum(window.Surround(x, 0, overhang), window).div(Counts(call, window, counted));
    }

    // How many values each window has, [1, 1, ...]: the product over the axes.
    private static Tensor Counts(OperatorCall call, Windows window, bool counted)
    {
        var x = call[0];
        Tensor? product = null;
        for (var axis = 0; axis < window.Rank; axis++)
        {
            var length = x.shape[axis + 2];
            var (first, last) = counted ? (-window.Before[axis], length + window.After[axis]) : (0, length);
            var counts = new double[window.Positions(axis, length, IsCeiling(call))];
            for (var position = 0; position < counts.Length; position++)
            {
                var start = (position * window.Strides[axis]) - window.Before[axis];
                var inside = 0;
                for (var i = 0; i < window.Kernel[axis]; i++)
                {
                    var place = start + (i * window.Dilations[axis]);
                    inside += place >= first && place < last ? 1 : 0;
                }

                counts[position] = inside;
            }

            var shape = Enumerable.Repeat(1L, window.Rank + 2).ToArray();
            shape[axis + 2] = counts.Length;
            var along = tensor(counts, ScalarType.Float64).reshape(shape);
            product = product is null ? along : product.mul(along);
        }

        return product!.to(x.dtype).to(x.device);
    }

    // The sum under each window of a tensor that has its border.
    private static Tensor Sum(Tensor x, Windows window)
    {
        var wide = window.Rank == 1 ? window.Widened() : window;
        var map = window.Rank == 1 ? x.unsqueeze(2) : x;
        Tensor sum;
        if (window.IsDense)
        {
            var mean = wide.Rank == 2 ? F.avg_pool2d(map, wide.Kernel, wide.Strides) : F.avg_pool3d(map, wide.Kernel, wide.Strides);
            using Scalar count = (double)wide.Kernel.Aggregate(1L, (product, side) => product * side);
            sum = mean.mul(count);
        }
        else
        {
            // Channels as pictures: one kernel of ones for all.
            var flat = map.reshape([-1, 1, .. map.shape[2..]]);
            var kernel = ones([1, 1, .. wide.Kernel], dtype: x.dtype, device: x.device);
            var summed = wide.Rank == 2 ? F.conv2d(flat, kernel, strides: wide.Strides, dilation: wide.Dilations) : F.conv3d(flat, kernel, strides: wide.Strides, dilation: wide.Dilations);
            sum = summed.reshape([map.shape[0], map.shape[1], .. summed.shape[2..]]);
        }

        return window.Rank == 1 ? sum.squeeze(2) : sum;
    }

    private static Tensor Norm(OperatorCall call)
    {
        var window = WindowOf(call);
        var overhang = Overhang(call, window);
        var exponent = Exponent(call);
        return Root(Sum(window.Surround(Power(call[0], exponent), 0, overhang), window), exponent);
    }

    private static long Exponent(OperatorCall call)
    {
        var exponent = call.Attributes.Integer("p", 2);
        return exponent is >= 1 and <= 1000 ? exponent : throw call.Node.Refuse($"takes the norm of order {exponent}; expected at least 1. Export the network again.");
    }

    private static Tensor Power(Tensor x, long exponent) => exponent switch
    {
        1 => x.abs(),
        2 => x.mul(x),
        _ => x.abs().pow(HeldScalars.Of((double)exponent)),
    };

    private static Tensor Root(Tensor x, long exponent) => exponent switch
    {
        1 => x,
        2 => x.sqrt(),
        _ => x.pow(HeldScalars.Of(1.0 / exponent)),
    };
}
