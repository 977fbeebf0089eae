namespace AmViz.Responses;

/// <summary>A vector of length 1: the dot product of two is the cosine of the angle between them.</summary>
public static class UnitVector
{
    /// <summary>Brings numbers to length 1, in double precision; nothing is centred, so that a positive factor changes nothing and a summand does.</summary>
    /// <param name="values">In an order that all vectors have.</param>
    /// <param name="problem">Why there is no vector: a number that is not finite, or nothing but zeros.</param>
    /// <returns>The vector; null if there is none.</returns>
    public static float[]? Of(IReadOnlyList<float> values, out VectorProblem problem)
    {
        ArgumentNullException.ThrowIfNull(values);
        problem = !values.All(float.IsFinite) ? VectorProblem.NotFinite : values.All(value => value == 0) ? VectorProblem.Constant : VectorProblem.None;
        if (problem != VectorProblem.None)
        {
            return null;
        }

        var length = Math.Sqrt(values.Sum(value => (double)value * value));
        return [.. values.Select(value => (float)(value / length))];
    }
}
