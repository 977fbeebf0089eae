namespace AmViz.Responses;

/// <summary>The photographs that several samples have in common.</summary>
public static class SharedPhotographs
{
    /// <summary>Fewest photographs by which channels are compared: with fewer, channels that have nothing to do with each other come out alike by chance.</summary>
    /// <remarks>The correlation of two unrelated rows of n responses has a deviation of 1 / sqrt(n - 1): at 30 it is 0.19, at 512 it is 0.04.</remarks>
    public const int Fewest = 30;

    /// <summary>What all samples have in common, by digest, each content once.</summary>
    /// <param name="samples">Photographs of each; at least one sample.</param>
    /// <returns>In the order of the digests, so that neither the order of lists nor that of samples matters.</returns>
    public static IReadOnlyList<ContentDigest> Of(IEnumerable<IReadOnlyList<ContentDigest>> samples)
        => [.. samples.Select(sample => sample.AsEnumerable()).Aggregate((all, sample) => all.Intersect(sample)).Distinct().Order()];
}
