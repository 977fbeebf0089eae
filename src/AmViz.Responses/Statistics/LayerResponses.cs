namespace AmViz.Responses;

/// <summary>How the channels of a layer responded to a batch of photographs; all arrays are <c>[N, C]</c>, photograph by photograph.</summary>
/// <param name="Channels">C.</param>
/// <param name="Peaks">Largest value of the map: the response. Of classes the logarithm of their odds.</param>
/// <param name="Strongest">Where it is: row by row from 0, the first of equal ones.</param>
/// <param name="Weakest">Where the smallest value of the map is, the first of equal ones.</param>
/// <param name="Means">Mean over the map; not finite if any value of the map is not.</param>
public sealed record LayerResponses(int Channels, float[] Peaks, int[] Strongest, int[] Weakest, float[] Means)
{
    /// <summary>N.</summary>
    public int Count => Peaks.Length / Channels;

    /// <summary>Room for a batch.</summary>
    public static LayerResponses Empty(int count, int channels)
        => new(channels, new float[count * channels], new int[count * channels], new int[count * channels], new float[count * channels]);
}
