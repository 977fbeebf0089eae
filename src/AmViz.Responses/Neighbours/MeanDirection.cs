namespace AmViz.Responses;

/// <summary>One vector for several pictures of a channel.</summary>
/// <remarks>
/// Mardia and Jupp 2000, <i>Directional Statistics</i>, section 9.2: of unit vectors the mean direction is their sum, brought to length 1. So every picture counts the same
/// whatever the length of its vector, no seed comes first, and what the noise of a seed brought in is averaged out.
/// </remarks>
public static class MeanDirection
{
    /// <summary>The mean direction.</summary>
    /// <param name="vectors">At least one, all of one length; those of zeros have no direction and do not count.</param>
    /// <param name="problem">Why there is none: a number that is not finite, or no direction is left.</param>
    /// <returns>A vector of length 1; null if there is none.</returns>
    public static float[]? Of(IReadOnlyList<float[]> vectors, out VectorProblem problem)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var sum = new double[vectors[0].Length];
        foreach (var vector in vectors)
        {
            if (UnitVector.Of(vector, out problem) is { } unit)
            {
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += unit[i];
                }
            }
            else if (problem == VectorProblem.NotFinite)
            {
                return null;
            }
        }

        return UnitVector.Of([.. sum.Select(value => (float)value)], out problem);
    }
}
