namespace AmViz.Responses;

/// <summary>A row of <c>neighbours.parquet</c>.</summary>
/// <param name="Channel">Whose neighbour.</param>
/// <param name="Rank">From 1.</param>
/// <param name="Neighbour">Which channel.</param>
/// <param name="Correlation">Of their responses; by weights and pictures the cosine. -1 to 1.</param>
/// <param name="Mutual">Whether each is the other's nearest.</param>
public sealed record NeighbourRow(ChannelPlace Channel, int Rank, ChannelPlace Neighbour, float Correlation, bool Mutual);

/// <summary>How two passes correspond, or how a pass corresponds to itself.</summary>
/// <param name="Channels">Channels of the first that can be compared.</param>
/// <param name="OtherChannels">Channels of the second that can be compared.</param>
/// <param name="Mutual">Pairs of which each is the other's nearest.</param>
/// <param name="Duplicated">Channels of the first with a duplicate in the second.</param>
/// <param name="MedianCorrelation">Median over the channels of the first of the correlation with the nearest; null if there is none.</param>
public sealed record Correspondence(int Channels, int OtherChannels, int Mutual, int Duplicated, float? MedianCorrelation);

/// <summary>Two passes, sweeps or networks, or a pass and itself, with the neighbours in both directions.</summary>
/// <param name="There">From the first to the second.</param>
/// <param name="Back">From the second to the first; the same object within one pass.</param>
public sealed record ComparedPasses(Neighbourhood There, Neighbourhood Back)
{
    /// <summary>Least correlation of two channels that are called duplicates.</summary>
    /// <remarks>
    /// float32 leaves a copy, also one that is scaled, above 0.999999. Below that, 0.9999 stands for responses that differ by 1.4 % of their deviation:
    /// what another processor, another batch or half precision may make of the same weights.
    /// </remarks>
    public const float DuplicateCorrelation = 0.9999f;

    /// <summary>All rows, in the order of passes, layers, channels and ranks.</summary>
    public IEnumerable<NeighbourRow> Rows() => There.IsWithin ? RowsOf(There, Back) : RowsOf(There, Back).Concat(RowsOf(Back, There));

    /// <summary>Each pair of which both are the other's nearest, once; largest correlation first.</summary>
    public IEnumerable<NeighbourRow> MutualPairs() => RowsOf(There, Back).Where(row => row.Mutual && IsFirst(row)).OrderByDescending(row => row.Correlation);

    /// <summary>Each pair of duplicates among the neighbours, once; largest correlation first.</summary>
    public IEnumerable<NeighbourRow> Duplicates() => Rows().Where(row => row.Correlation >= DuplicateCorrelation)
        .DistinctBy(row => IsInOrder(row) ? (row.Channel, row.Neighbour) : (row.Neighbour, row.Channel)).OrderByDescending(row => row.Correlation);

    /// <summary>The pair in numbers.</summary>
    public Correspondence Correspond()
    {
        float[] best = [.. There.Nearest.Where(list => list.Count > 0).Select(list => list[0].Correlation).Order()];
        return new(
            There.From.Vectors.Count, There.To.Vectors.Count, MutualPairs().Count(), best.Count(correlation => correlation >= DuplicateCorrelation),
            best.Length == 0 ? null : best[(best.Length - 1) / 2]);
    }

    private static IEnumerable<NeighbourRow> RowsOf(Neighbourhood there, Neighbourhood back)
    {
        for (var channel = 0; channel < there.Nearest.Count; channel++)
        {
            var nearest = there.Nearest[channel];
            for (var i = 0; i < nearest.Count; i++)
            {
                var isMutual = i == 0 && back.Nearest[nearest[0].Index] is [var best, ..] && best.Index == channel;
                yield return new(there.From.Places[channel], i + 1, there.To.Places[nearest[i].Index], nearest[i].Correlation, isMutual);
            }
        }
    }

    // Within a pass a pair comes from both of its channels.
    private bool IsFirst(NeighbourRow row) => !There.IsWithin || IsInOrder(row);

    private static bool IsInOrder(NeighbourRow row) => Compare(row.Channel, row.Neighbour) < 0;

    private static int Compare(ChannelPlace one, ChannelPlace other)
        => string.CompareOrdinal(one.Pass, other.Pass) is var pass and not 0
            ? pass
            : string.CompareOrdinal(one.Layer, other.Layer) is var layer and not 0 ? layer : one.Channel.CompareTo(other.Channel);
}
