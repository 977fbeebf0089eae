namespace AmViz.Responses;

/// <summary>Why a channel has no place among the others.</summary>
public enum VectorProblem
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>It responds to all photographs alike, its weights are zero, or nothing sets its pictures apart from all others: a likeness with it is 0 / 0.</summary>
    Constant,

    /// <summary>A response, a weight or a dimension is no finite number.</summary>
    NotFinite,
}

/// <summary>Responses of a channel as a vector whose dot product with another such vector is their correlation.</summary>
/// <remarks>
/// Pearson 1895: r(x, y) = sum((x - mean x)(y - mean y)) / (|x - mean x| |y - mean y|). Centred and brought to length 1 beforehand, each pair takes one dot
/// product. A positive factor and a summand change nothing, so channels are found alike also where one is a scaled copy of the other.
/// </remarks>
public static class ResponseVector
{
    /// <summary>Deviations below this share of the largest response are roundings of float32 (2^-24 = 6e-8 each), not responses: such a channel is constant.</summary>
    internal const double ConstantShare = 1e-6;

    /// <summary>Centres responses and brings them to length 1, in double precision.</summary>
    /// <param name="responses">To the photographs, in an order that all vectors have.</param>
    /// <param name="problem">Why there is no vector.</param>
    /// <returns>The vector; null if there is none.</returns>
    public static float[]? Of(IReadOnlyList<float> responses, out VectorProblem problem)
    {
        if (!responses.All(float.IsFinite))
        {
            problem = VectorProblem.NotFinite;
            return null;
        }

        var mean = responses.Sum(response => (double)response) / responses.Count;
        var norm = Math.Sqrt(responses.Sum(response => (response - mean) * (response - mean)));
        if (norm <= ConstantShare * Math.Sqrt(responses.Count) * responses.Max(response => Math.Abs((double)response)))
        {
            problem = VectorProblem.Constant;
            return null;
        }

        problem = VectorProblem.None;
        return [.. responses.Select(response => (float)((response - mean) / norm))];
    }
}
