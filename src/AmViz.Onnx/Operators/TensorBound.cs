namespace AmViz.Onnx;

/// <summary>How large a tensor may be whose size a file tells.</summary>
internal static class TensorBound
{
    /// <summary>Most elements of one tensor: 8 GiB of float32, more than any layer of a network of pictures has.</summary>
    public const long MostElements = 1L << 31;

    /// <summary>Number of elements of a shape.</summary>
    /// <param name="call">Whose node is named if the shape is refused.</param>
    /// <param name="shape">Sizes of all axes.</param>
    /// <exception cref="Weights.WeightsFormatException">A size is negative, or there are more than <see cref="MostElements"/>.</exception>
    public static long Count(OperatorCall call, IReadOnlyCollection<long> shape)
    {
        if (shape.Any(size => size < 0))
        {
            throw call.Node.Refuse($"makes a tensor of shape [{string.Join(", ", shape)}]; expected no negative size. Export the network again.");
        }

        if (shape.Contains(0))
        {
            return 0;
        }

        var count = 1L;
        foreach (var size in shape)
        {
            if (size > MostElements / count)
            {
                throw call.Node.Refuse($"makes a tensor of shape [{string.Join(", ", shape)}]; at most {MostElements} elements are allowed. Give smaller pictures, or export the network again.");
            }

            count *= size;
        }

        return count;
    }

    /// <summary>The shape that two shapes are stretched to, as NumPy does it: aligned at the last axis, sizes of 1 repeated.</summary>
    /// <param name="call">Whose node is named if they do not fit.</param>
    /// <param name="first">One shape.</param>
    /// <param name="second">The other one.</param>
    public static long[] Broadcast(OperatorCall call, IReadOnlyList<long> first, IReadOnlyList<long> second)
    {
        var shape = new long[Math.Max(first.Count, second.Count)];
        for (var back = 1; back <= shape.Length; back++)
        {
            var one = back <= first.Count ? first[^back] : 1;
            var other = back <= second.Count ? second[^back] : 1;
            if (one != other && one != 1 && other != 1)
            {
                throw call.Node.Refuse($"is to stretch the shapes [{string.Join(", ", first)}] and [{string.Join(", ", second)}] to each other, which do not fit. Export the network again.");
            }

            shape[^back] = one == 1 ? other : one;
        }

        Count(call, shape);
        return shape;
    }
}
