namespace AmViz.Responses;

/// <summary>Which photographs are kept with the responses of all channels: a random part of the list that only its length decides.</summary>
/// <remarks>
/// The <see cref="Capacity"/> photographs whose number has the smallest hash (bottom-k sampling, Cohen and Kaplan 2007), so every shard knows its own
/// without asking the others. Photographs that cannot be read leave a gap.
/// </remarks>
public static class ResponseSample
{
    /// <summary>Most photographs of the sample.</summary>
    public const int Capacity = 512;

    /// <summary>Numbers of the sampled photographs, ascending.</summary>
    /// <param name="count">Photographs of the list.</param>
    public static IReadOnlyList<long> Of(long count)
    {
        var chosen = new PriorityQueue<long, ulong>(Comparer<ulong>.Create((one, other) => other.CompareTo(one)));
        for (var number = 0L; number < count; number++)
        {
            var hash = Textures.TextureRandom.Mix((ulong)number);
            if (chosen.Count < Capacity)
            {
                chosen.Enqueue(number, hash);
            }
            else
            {
                chosen.EnqueueDequeue(number, hash);
            }
        }

        return [.. chosen.UnorderedItems.Select(item => item.Element).Order()];
    }
}

/// <summary>A sampled photograph and what a layer's channels responded to it.</summary>
/// <param name="Number">Its place in the list.</param>
/// <param name="Digest">The photograph.</param>
/// <param name="Responses">Of each channel; NaN where a value was not finite.</param>
/// <param name="Positions">Where each was found in the map.</param>
internal sealed record SampledPhotograph(long Number, ContentDigest Digest, float[] Responses, int[] Positions);
