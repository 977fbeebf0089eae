using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>The columns of <c>scores.parquet</c> that tell what shuffled weights leave of a picture.</summary>
internal static class RandomizationColumns
{
    private const string OfLayer = "layerShuffledSimilarity";
    private const string OfAll = "allShuffledSimilarity";
    private const string OfOthers = "otherChannelsSimilarity";
    private const string Deviations = "allShuffledDeviations";

    /// <summary>New ones, as every file needs its own.</summary>
    public static IEnumerable<ParquetColumn<ScoreRow>> All()
        =>
        [
            new OptionalColumn<ScoreRow, double>(OfLayer, row => row.Randomization?.OfLayer),
            new OptionalColumn<ScoreRow, double>(OfAll, row => row.Randomization?.OfAll),
            new OptionalColumn<ScoreRow, double>(OfOthers, row => row.Randomization?.OfOthers),
            new OptionalColumn<ScoreRow, double>(Deviations, row => row.Randomization?.Deviations),
        ];

    /// <summary>What is known of each row; null where nothing is.</summary>
    public static async Task<IReadOnlyList<WeightRandomization?>> ReadAsync(ParquetGroup group)
    {
        var (layers, alls) = (await group.Optional<double>(OfLayer), await group.Optional<double>(OfAll));
        var (others, deviations) = (await group.Optional<double>(OfOthers), await group.Optional<double>(Deviations));
        return [.. layers.Select((ofLayer, i) => new WeightRandomization(ofLayer, alls[i], others[i], deviations[i])).Select(found => found == WeightRandomization.None ? null : found)];
    }
}
