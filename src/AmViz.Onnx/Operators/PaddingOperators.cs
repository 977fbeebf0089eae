using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>Longer and shorter axes: what is added is a number, or a copy of what is there. Negative pads cut off.</summary>
internal static class PaddingOperators
{
    private const int AxesAreAnInput = 18;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("CenterCropPad", 18, CenterCropPad),
        OperatorRule.Of("Pad", 1, call => Pad(call, null)),
        OperatorRule.Of("Pad", AxesAreAnInput, call => Pad(call, call.OptionalIntegers(3))),
    ];

    private static Tensor Pad(OperatorCall call, long[]? given)
    {
        var x = call[0];
        // An input since opset 11, an attribute before; so is the value.
        var pads = call.OptionalIntegers(1) ?? call.Attributes.Integers("pads") ?? call.Integers(1);
        var axes = given is null ? [.. Enumerable.Range(0, (int)x.dim())] : given.Select(axis => call.Axis(axis, x.dim())).ToArray();
        if (pads.Length != 2 * axes.Length || axes.Distinct().Count() != axes.Length)
        {
            throw call.Node.Refuse($"has {pads.Length} pads for {axes.Length} axes; expected one before and one after each. Export the network again.");
        }

        var (before, after) = (new long[x.dim()], new long[x.dim()]);
        for (var i = 0; i < axes.Length; i++)
        {
            (before[axes[i]], after[axes[i]]) = (pads[i], pads[axes.Length + i]);
        }

        CheckSizes(call, x, before, after);
        var cut = Cut(call, x, before, after);
        Func<long, long, long>? source = call.Attributes.Text("mode", "constant") switch
        {
            "constant" => null,
            "edge" => static (at, length) => Math.Clamp(at, 0, length - 1),
            "reflect" => Reflected,
            "wrap" => static (at, length) => Modulo(at, length),
            var other => throw call.Node.Refuse($"has the mode '{ErrorText.Shorten(other)}'; expected constant, edge, reflect or wrap. Export the network again."),
        };
        return source is null ? Filled(cut, before, after, call.Number(2, call.Attributes.Number("value", 0))) : Copied(call, cut, before, after, source);
    }

    private static void CheckSizes(OperatorCall call, Tensor x, long[] before, long[] after)
    {
        if (before.Concat(after).Any(pad => pad is > TensorBound.MostElements or < -TensorBound.MostElements))
        {
            throw call.Node.Refuse($"has pads beyond {TensorBound.MostElements}. Export the network again.");
        }

        TensorBound.Count(call, [.. x.shape.Select((size, axis) => size + before[axis] + after[axis])]);
    }

    // Negative pads are taken off first.
    private static Tensor Cut(OperatorCall call, Tensor x, long[] before, long[] after)
    {
        var cut = x.alias();
        for (var axis = 0; axis < before.Length; axis++)
        {
            var (front, back) = (Math.Max(0, -before[axis]), Math.Max(0, -after[axis]));
            if (front + back > x.shape[axis])
            {
                throw call.Node.Refuse($"cuts {front} and {back} places off an axis of {x.shape[axis]}. Give larger pictures, or export the network again.");
            }

            if (front + back > 0)
            {
                cut = cut.narrow(axis, front, x.shape[axis] - front - back);
            }
        }

        return cut;
    }

    private static Tensor Filled(Tensor cut, long[] before, long[] after, double number)
    {
        // Torch counts axes from the last one.
        var pads = Enumerable.Range(1, before.Length).SelectMany(back => new[] { Math.Max(0, before[^back]), Math.Max(0, after[^back]) }).ToArray();
        return pads.All(pad => pad == 0) ? cut : F.pad(cut, pads, PaddingModes.Constant, number);
    }

    private static Tensor Copied(OperatorCall call, Tensor cut, long[] before, long[] after, Func<long, long, long> source)
    {
        var result = cut;
        for (var axis = 0; axis < before.Length; axis++)
        {
            var (front, back, length) = (Math.Max(0, before[axis]), Math.Max(0, after[axis]), cut.shape[axis]);
            if (front + back == 0)
            {
                continue;
            }

            if (length == 0)
            {
                throw call.Node.Refuse("copies from an axis of no places. Export the network again.");
            }

            var indices = new long[front + length + back];
            for (var at = 0; at < indices.Length; at++)
            {
                indices[at] = source(at - front, length);
            }

            result = result.index_select(axis, TensorIndices.Of(indices, cut.device));
        }

        return result;
    }

    // The edge itself is not repeated, so the pattern has a period of 2 (length - 1).
    private static long Reflected(long at, long length)
    {
        if (length == 1)
        {
            return 0;
        }

        var place = Modulo(at, 2 * (length - 1));
        return place < length ? place : (2 * (length - 1)) - place;
    }

    private static long Modulo(long at, long period) => ((at % period) + period) % period;

    private static Tensor CenterCropPad(OperatorCall call)
    {
        var x = call[0];
        var sizes = call.Integers(1);
        var axes = call.Attributes.Integers("axes")?.Select(axis => call.Axis(axis, x.dim())).ToArray() ?? [.. Enumerable.Range(0, (int)x.dim())];
        if (sizes.Length != axes.Length || axes.Distinct().Count() != axes.Length || sizes.Any(size => size is < 0 or > TensorBound.MostElements))
        {
            throw call.Node.Refuse($"has the sizes [{ErrorText.Shorten(string.Join(", ", sizes))}] for {axes.Length} axes. Export the network again.");
        }

        var (before, after) = (new long[x.dim()], new long[x.dim()]);
        for (var i = 0; i < axes.Length; i++)
        {
            // Both halves are rounded down at the front.
            var difference = sizes[i] - x.shape[axes[i]];
            before[axes[i]] = difference / 2;
            after[axes[i]] = difference - (difference / 2);
        }

        CheckSizes(call, x, before, after);
        return Filled(Cut(call, x, before, after), before, after, 0);
    }
}
