namespace AmViz.Responses;

/// <summary>What a network makes of a whole picture.</summary>
/// <param name="Representation">What its classifier is given: one number a dimension.</param>
/// <param name="Odds">Log-odds of every class; empty for networks that tell no classes apart.</param>
public sealed record PictureView(float[] Representation, float[] Odds)
{
    /// <summary>How alike two pictures are: the cosine of the angle between their representations.</summary>
    /// <returns>-1 to 1; 0 where one of both is zero everywhere.</returns>
    public double Likeness(PictureView other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var lengths = Math.Sqrt(Product(Representation, Representation) * Product(other.Representation, other.Representation));
        return lengths > 0 ? Product(Representation, other.Representation) / lengths : 0;
    }

    /// <summary>The scalar product of two representations of one network.</summary>
    internal static double Product(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sum = 0d;
        for (var i = 0; i < one.Length; i++)
        {
            sum += (double)one[i] * other[i];
        }

        return sum;
    }
}
