namespace AmViz.Responses;

/// <summary>How far a set of pictures is from a set of photographs, by what a network makes of them.</summary>
/// <remarks>
/// The kernel inception distance of Binkowski et al. 2018 (section 4), with any network in the place of Inception: the unbiased estimator of the squared maximum mean
/// discrepancy with the kernel (x y / d + 1)^3. Fréchet's distance (Heusel et al. 2017) estimates a covariance, which wants more pictures than dimensions and is
/// biased where there are fewer; this one expects 0 of two sets of one kind however few they are, and so may fall below.
/// </remarks>
public static class KernelDistance
{
    /// <summary>Pictures of a set that are looked at: more cost the square, and the authors' subsets have as many.</summary>
    public const int MostPictures = 1000;

    private const int Degree = 3;

    /// <summary>The distance of two sets; of larger ones than <see cref="MostPictures"/> evenly spread pictures stand for all.</summary>
    /// <returns>0 is expected of sets of one kind; null where one of both has fewer than two.</returns>
    public static double? Between(IReadOnlyList<PictureView> pictures, IReadOnlyList<PictureView> photographs)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(photographs);
        if (pictures.Count < 2 || photographs.Count < 2)
        {
            return null;
        }

        var (some, others) = (EvenSpread.Of(pictures, MostPictures), EvenSpread.Of(photographs, MostPictures));
        return Within(some) + Within(others) - (2 * some.Average(one => others.Average(other => Kernel(one, other))));
    }

    private static double Within(IReadOnlyList<PictureView> set)
    {
        var sum = 0d;
        for (var i = 0; i < set.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                sum += Kernel(set[i], set[j]);
            }
        }

        return 2 * sum / ((double)set.Count * (set.Count - 1));
    }

    private static double Kernel(PictureView one, PictureView other)
        => Math.Pow((PictureView.Product(one.Representation, other.Representation) / one.Representation.Length) + 1, Degree);
}
