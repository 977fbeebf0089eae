using AmViz.Weights;

namespace AmViz.Onnx;

/// <summary>What a Resize is asked for, checked: the axes that change, and how their elements are read.</summary>
/// <param name="Axes">By the place of the axis.</param>
/// <param name="Rounding">For copies of the nearest element, how to find it; null: elements are weighed by <paramref name="Filter"/>.</param>
/// <param name="Filter">The weights.</param>
/// <param name="Outside">What stands outside of the axes, for <see cref="ResizeAxis.Crop"/>.</param>
internal sealed record ResizePlan(IReadOnlyDictionary<int, ResizeAxis> Axes, string? Rounding, ResizeFilter Filter, double Outside)
{
    /// <summary>More weights of one axis than a picture of 8,192 pixels a side needs that keeps its size.</summary>
    private const long MostWeights = 1L << 26;

    /// <summary>The plan of a Resize since opset 11.</summary>
    /// <exception cref="WeightsFormatException">What is asked for contradicts itself, is not known, or is too large.</exception>
    public static ResizePlan Of(OperatorCall call)
    {
        var attributes = call.Attributes;
        var shape = call[0].shape;
        var axes = attributes.Integers("axes")?.Select(axis => call.Axis(axis, shape.Length)).ToArray() ?? [.. Enumerable.Range(0, shape.Length)];
        var mode = OneOf(call, "coordinate_transformation_mode", "half_pixel", ResizeAxis.Modes);
        var roi = mode == ResizeAxis.Crop ? call.OptionalNumbers(1) ?? [] : null;
        if (axes.Distinct().Count() != axes.Length || (roi is not null && (roi.Length != 2 * axes.Length || !roi.All(double.IsFinite))))
        {
            throw call.Node.Refuse($"cuts {axes.Length} axes by {roi?.Length ?? 0} numbers; expected different axes, and a start and an end for each. Export the network again.");
        }

        var lengths = call.OptionalIntegers(3) is { Length: > 0 } sizes ? FromSizes(call, axes, sizes) : FromScales(call, axes, call.OptionalNumbers(2) ?? []);
        var changed = axes.Select((axis, i) => (axis, resize: new ResizeAxis(
            shape[axis], lengths[i].Length, lengths[i].Scale, mode, roi is null ? 0 : roi[i], roi is null ? 1 : roi[axes.Length + i])));
        return Checked(call, changed, OneOf(call, "mode", "nearest", ["nearest", "linear", "cubic"]));
    }

    /// <summary>The plan of an Upsample, which opset 10 called Resize.</summary>
    public static ResizePlan OfUpsample(OperatorCall call)
    {
        int[] axes = [.. Enumerable.Range(0, (int)call[0].dim())];
        var lengths = FromScales(call, axes, call.OptionalNumbers(1) ?? call.Attributes.Numbers("scales") ?? []);
        var changed = axes.Select(axis => (axis, new ResizeAxis(call[0].shape[axis], lengths[axis].Length, lengths[axis].Scale, "asymmetric")));
        var plan = Checked(call, changed, OneOf(call, "mode", "nearest", ["nearest", "linear"]));
        return plan with { Rounding = plan.Rounding is null ? null : "floor" };
    }

    private static ResizePlan Checked(OperatorCall call, IEnumerable<(int Axis, ResizeAxis Resize)> changed, string mode)
    {
        var attributes = call.Attributes;
        var shape = call[0].shape.ToArray();
        var axes = changed.Where(one => !one.Resize.ChangesNothing).ToDictionary(one => one.Axis, one => one.Resize);
        foreach (var (axis, resize) in axes)
        {
            shape[axis] = resize.To;
            if (resize.From == 0 || (mode != "nearest" && resize.To > MostWeights / resize.From))
            {
                throw call.Node.Refuse($"stretches an axis of {resize.From} to {resize.To}; expected no empty axis, and a product of at most {MostWeights}. Give smaller pictures, or export the network again.");
            }
        }

        TensorBound.Count(call, shape);
        var filter = new ResizeFilter(mode == "cubic", attributes.Number("cubic_coeff_a", -0.75), attributes.Flag("exclude_outside"), attributes.Flag("antialias"));
        return new(axes, mode == "nearest" ? OneOf(call, "nearest_mode", NearestPlaces.Modes[0], NearestPlaces.Modes) : null, filter, attributes.Number("extrapolation_value", 0));
    }

    private static (long Length, float? Scale)[] FromScales(OperatorCall call, int[] axes, double[] scales)
    {
        if (scales.Length != axes.Length || scales.Any(scale => !float.IsFinite((float)scale) || (float)scale <= 0))
        {
            throw call.Node.Refuse($"has {scales.Length} scales for {axes.Length} axes; expected one positive number for each, or their sizes. Export the network again.");
        }

        return [.. axes.Select((axis, i) => (Bounded(call, MathF.Floor(call[0].shape[axis] * (float)scales[i])), (float?)scales[i]))];
    }

    private static (long Length, float? Scale)[] FromSizes(OperatorCall call, int[] axes, long[] sizes)
    {
        if (sizes.Length != axes.Length || sizes.Any(size => size is < 0 or > TensorBound.MostElements))
        {
            throw call.Node.Refuse($"has the sizes [{ErrorText.Shorten(string.Join(", ", sizes))}] for {axes.Length} axes; expected one for each. Export the network again.");
        }

        var shape = call[0].shape;
        var policy = OneOf(call, "keep_aspect_ratio_policy", "stretch", ["stretch", "not_larger", "not_smaller"]);
        if (policy == "stretch" || axes.Length == 0)
        {
            return [.. sizes.Select(size => (size, (float?)null))];
        }

        var scales = axes.Select((axis, i) => (double)sizes[i] / Math.Max(1, shape[axis]));
        var scale = policy == "not_larger" ? scales.Min() : scales.Max();
        return [.. axes.Select(axis => (Bounded(call, Math.Floor((scale * shape[axis]) + 0.5)), (float?)scale))];
    }

    private static long Bounded(OperatorCall call, double length)
        => length <= TensorBound.MostElements ? (long)length : throw call.Node.Refuse($"stretches an axis beyond {TensorBound.MostElements}. Give smaller pictures, or export the network again.");

    private static string OneOf(OperatorCall call, string attribute, string preset, IReadOnlyList<string> known)
    {
        var text = call.Attributes.Text(attribute, preset);
        return known.Contains(text, StringComparer.Ordinal)
            ? text
            : throw call.Node.Refuse($"has the {attribute} '{ErrorText.Shorten(text)}'; expected {string.Join(", ", known)}. Export the network again.");
    }
}
