namespace AmViz.Responses.Tests.Neighbours;

/// <summary>Responses that a test makes up, and what it knows of them by the formula itself.</summary>
internal static class TestVectors
{
    public static float[][] Responses(int channels, int photographs, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, channels).Select(_ => (float[])[.. Enumerable.Range(0, photographs).Select(_ => (float)((10 * random.NextDouble()) - 3))])];
    }

    public static IReadOnlyList<ContentDigest> Photographs(int count) => [.. Enumerable.Range(0, count).Select(number => ContentDigest.Of(BitConverter.GetBytes(number)))];

    public static double Correlation(float[] x, float[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = ((double)x[i] - meanX, (double)y[i] - meanY);
            (xy, xx, yy) = (xy + (dx * dy), xx + (dx * dx), yy + (dy * dy));
        }

        return xy / Math.Sqrt(xx * yy);
    }

    public static float[] Vector(float[] responses) => ResponseVector.Of(responses, out _) ?? throw new InvalidOperationException("These responses have no vector.");

    /// <summary>A pass of one layer.</summary>
    public static PassVectors Pass(string name, float[][] responses)
    {
        var photographs = Photographs(responses[0].Length);
        return PassVectors.Of(name, "net", [("conv", new LayerSample(photographs, responses))], photographs);
    }

    public static ComparedPasses Compare(PassVectors one, PassVectors other, int count)
    {
        var there = Neighbourhood.Find(one, other, count, new ExactSearch(), _ => { }, TestContext.Current.CancellationToken);
        return new(there, there.IsWithin ? there : Neighbourhood.Find(other, one, count, new ExactSearch(), _ => { }, TestContext.Current.CancellationToken));
    }
}
