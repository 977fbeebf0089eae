using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>The window of a convolution or pooling: its sides, steps and border on each axis.</summary>
/// <param name="Kernel">Sides.</param>
/// <param name="Strides">Steps from one position to the next.</param>
/// <param name="Dilations">Distance of neighbours inside of the window.</param>
/// <param name="Before">Border before the first value.</param>
/// <param name="After">Border behind the last value.</param>
internal sealed record Windows(long[] Kernel, long[] Strides, long[] Dilations, long[] Before, long[] After)
{
    // What a side, step or border may be at most: sums and products of two of them stay countable.
    private const long Longest = 1 << 24;

    /// <summary>Number of axes that the window slides over.</summary>
    public int Rank => Kernel.Length;

    /// <summary>Whether the border is the same on both sides of each axis.</summary>
    public bool IsSymmetric => Before.AsSpan().SequenceEqual(After);

    /// <summary>Whether there is a border at all.</summary>
    public bool HasBorder => Before.Any(border => border != 0) || After.Any(border => border != 0);

    /// <summary>Whether neighbours inside of the window touch.</summary>
    public bool IsDense => Dilations.All(dilation => dilation == 1);

    /// <summary>Side of the window on an axis, gaps included.</summary>
    public long Span(int axis) => ((Kernel[axis] - 1) * Dilations[axis]) + 1;

    /// <summary>Reads the attributes of a node.</summary>
    /// <param name="call">The node; its input 0 is <c>[N, C, ...]</c> with one to three more axes.</param>
    /// <param name="kernel">Sides of the window.</param>
    public static Windows Of(OperatorCall call, long[] kernel)
    {
        var x = call[0];
        var rank = kernel.Length;
        if (rank is < 1 or > 3 || x.dim() != rank + 2)
        {
            throw call.Node.Refuse($"slides a window of {rank} axes over a tensor of {x.dim()}; expected one to three, and two more for pictures and channels. Export the network again.");
        }

        var strides = Sizes(call, "strides", rank, preset: 1, least: 1);
        var dilations = Sizes(call, "dilations", rank, preset: 1, least: 1);
        if (kernel.Any(side => side is < 1 or > Longest))
        {
            throw call.Node.Refuse($"has a window of [{string.Join(", ", kernel)}]; expected sides of at least 1. Export the network again.");
        }

        var window = new Windows(kernel, strides, dilations, new long[rank], new long[rank]);
        var mode = call.Attributes.Text("auto_pad", "NOTSET");
        switch (mode)
        {
            case "NOTSET":
                var pads = Sizes(call, "pads", 2 * rank, preset: 0, least: 0);
                return window with { Before = pads[..rank], After = pads[rank..] };
            case "VALID":
                return window;
            case "SAME_UPPER" or "SAME_LOWER":
                return window.Same(x.shape[2..], mode == "SAME_UPPER");
            default:
                throw call.Node.Refuse($"has the auto_pad '{ErrorText.Shorten(mode)}'; expected NOTSET, VALID, SAME_UPPER or SAME_LOWER. Export the network again.");
        }
    }

    /// <summary>Numbers of an attribute, one for each axis.</summary>
    public static long[] Sizes(OperatorCall call, string attribute, int count, long preset, long least)
    {
        var sizes = call.Attributes.Integers(attribute) ?? [.. Enumerable.Repeat(preset, count)];
        return sizes.Length == count && sizes.All(size => size >= least && size <= Longest)
            ? sizes
            : throw call.Node.Refuse($"has the {attribute} [{ErrorText.Shorten(string.Join(", ", sizes))}]; expected {count} numbers from {least}. Export the network again.");
    }

    /// <summary>Positions on an axis.</summary>
    /// <param name="axis">Which.</param>
    /// <param name="length">Values on it.</param>
    /// <param name="isCeiling">Whether a window may reach over the end; one that begins behind the last value is left out.</param>
    public long Positions(int axis, long length, bool isCeiling = false)
    {
        var room = length + Before[axis] + After[axis] - Span(axis);
        if (room < 0)
        {
            return 0;
        }

        var positions = (room / Strides[axis]) + 1;
        if (isCeiling && room % Strides[axis] != 0 && positions * Strides[axis] < length + Before[axis])
        {
            positions++;
        }

        return positions;
    }

    /// <summary>A tensor with the border around it.</summary>
    /// <param name="x"><c>[N, C, ...]</c>.</param>
    /// <param name="value">What the border is filled with.</param>
    /// <param name="further">More of it behind each axis; null: none.</param>
    public Tensor Surround(Tensor x, double value, long[]? further = null)
    {
        var pads = new List<long>();
        for (var axis = Rank - 1; axis >= 0; axis--)
        {
            pads.Add(Before[axis]);
            pads.Add(After[axis] + (further?[axis] ?? 0));
        }

        return pads.All(pad => pad == 0) ? x : F.pad(x, [.. pads], value: value);
    }

    /// <summary>The same with an axis of length 1 before the others: torch has no window over one axis that does not become this.</summary>
    public Windows Widened() => new([1, .. Kernel], [1, .. Strides], [1, .. Dilations], [0, .. Before], [0, .. After]);

    // Border so that there are ceil(length / stride) positions; the odd one goes to the end, or to the beginning.
    private Windows Same(long[] lengths, bool isUpper)
    {
        var before = new long[Rank];
        var after = new long[Rank];
        for (var axis = 0; axis < Rank; axis++)
        {
            var positions = (lengths[axis] + Strides[axis] - 1) / Strides[axis];
            var total = Math.Max(((positions - 1) * Strides[axis]) + Span(axis) - lengths[axis], 0);
            before[axis] = isUpper ? total / 2 : total - (total / 2);
            after[axis] = total - before[axis];
        }

        return this with { Before = before, After = after };
    }
}
