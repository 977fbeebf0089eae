using System.Numerics;

namespace AmViz.Responses;

/// <summary>Which channels of a layer are excited by the same photographs, counted over the sample.</summary>
/// <remarks>
/// A channel's hits are the tenth of the sampled photographs that excite it most, each strictly more than its median photograph, so that a silent channel has
/// none. Two channels share the hits that are the same photographs. Counts are whole numbers; 512 bits a channel.
/// </remarks>
internal sealed class Coactivation
{
    /// <summary>Most partners told of a channel.</summary>
    public const int Partners = 5;

    private const int HitShare = 10;

    private readonly ulong[][] _hits;
    private readonly int[] _hitCounts;

    /// <summary>Counts the hits of every channel.</summary>
    /// <param name="sample">By number.</param>
    /// <param name="channels">Number of channels.</param>
    public Coactivation(IReadOnlyList<SampledPhotograph> sample, int channels)
    {
        _hits = [.. Enumerable.Range(0, channels).Select(channel => HitsOf(sample, channel))];
        _hitCounts = [.. _hits.Select(hits => hits.Sum(BitOperations.PopCount))];
    }

    /// <summary>Channels that share most hits with a channel, most first, then by number; only those that share some.</summary>
    public IReadOnlyList<(int Channel, int Shared, int Hits, int PartnerHits)> PartnersOf(int channel)
        =>
        [
            .. Enumerable.Range(0, _hits.Length)
                .Where(other => other != channel)
                .Select(other => (Channel: other, Shared: Shared(channel, other), Hits: _hitCounts[channel], PartnerHits: _hitCounts[other]))
                .Where(pair => pair.Shared > 0)
                .OrderByDescending(pair => pair.Shared).ThenBy(pair => pair.PartnerHits).ThenBy(pair => pair.Channel)
                .Take(Partners),
        ];

    private int Shared(int one, int other)
    {
        var shared = 0;
        for (var word = 0; word < _hits[one].Length; word++)
        {
            shared += BitOperations.PopCount(_hits[one][word] & _hits[other][word]);
        }

        return shared;
    }

    private static ulong[] HitsOf(IReadOnlyList<SampledPhotograph> sample, int channel)
    {
        var ranked = SampleRanks.Of(sample, channel);
        var hits = new ulong[(sample.Count + 63) / 64];
        if (ranked.Count > 0)
        {
            var median = sample[ranked[(ranked.Count - 1) / 2]].Responses[channel];
            foreach (var at in ranked.TakeLast(ranked.Count / HitShare).Where(at => sample[at].Responses[channel] > median))
            {
                hits[at / 64] |= 1UL << (at % 64);
            }
        }

        return hits;
    }
}

/// <summary>Sampled photographs in the order of a channel's responses.</summary>
internal static class SampleRanks
{
    /// <summary>Indices into the sample, weakest response first, equal ones by digest; without those that are not finite.</summary>
    public static IReadOnlyList<int> Of(IReadOnlyList<SampledPhotograph> sample, int channel)
    {
        var ranked = Enumerable.Range(0, sample.Count).Where(at => float.IsFinite(sample[at].Responses[channel])).ToList();
        ranked.Sort((one, other) => sample[one].Responses[channel].CompareTo(sample[other].Responses[channel]) is var response and not 0
            ? response
            : sample[one].Digest.CompareTo(sample[other].Digest) is var digest and not 0 ? digest : one.CompareTo(other));
        return ranked;
    }
}
