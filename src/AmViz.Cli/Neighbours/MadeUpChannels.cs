using AmViz.Responses;

namespace AmViz.Cli.Neighbours;

/// <summary>Channels that no network has, to measure a search by.</summary>
internal static class MadeUpChannels
{
    /// <summary>Vectors around random centres: each is its centre and as much noise, so that two of one centre correlate by about a half.</summary>
    /// <param name="count">Number of vectors.</param>
    /// <param name="length">Numbers of a vector.</param>
    /// <param name="clusters">Number of centres.</param>
    /// <param name="seed">Of all that is random but the centres, which are always the same.</param>
    public static float[][] Make(int count, int length, int clusters, int seed)
    {
        var (first, random) = (new Random(0), new Random(seed));
        float[][] centres = [.. Enumerable.Range(0, clusters).Select(_ => (float[])[.. Enumerable.Range(0, length).Select(_ => Normal(first))])];
        return [.. Enumerable.Range(0, count).Select(_ => Around(centres[random.Next(clusters)], random))];
    }

    private static float[] Around(float[] centre, Random random)
        => ResponseVector.Of([.. centre.Select(value => value + Normal(random))], out _) ?? throw new InvalidOperationException("Noise has come out constant.");

    // Box and Muller 1958.
    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
