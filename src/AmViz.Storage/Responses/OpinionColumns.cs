using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>The columns of <c>scores.parquet</c> that a second network fills.</summary>
internal static class OpinionColumns
{
    /// <summary>Name of the column of <see cref="ScoreRow.Naturalness"/>.</summary>
    public const string Naturalness = "naturalness";

    private const string Top = "judgeTopLikeness";
    private const string Bottom = "judgeBottomLikeness";
    private const string Agreement = "judgeAgreement";
    private const string Place = "judgePlace";
    private const string Probability = "judgeProbability";
    private const string PlaceOfDrawn = "judgePlaceOfDrawn";
    private const string ProbabilityOfDrawn = "judgeProbabilityOfDrawn";

    /// <summary>New ones, as every file needs its own.</summary>
    public static IEnumerable<ParquetColumn<ScoreRow>> All()
        =>
        [
            new OptionalColumn<ScoreRow, double>(Top, row => row.Opinion?.TopLikeness),
            new OptionalColumn<ScoreRow, double>(Bottom, row => row.Opinion?.BottomLikeness),
            new OptionalColumn<ScoreRow, double>(Agreement, row => row.Opinion?.Agreement),
            new OptionalColumn<ScoreRow, int>(Place, row => row.Opinion?.Recognition?.Place),
            new OptionalColumn<ScoreRow, double>(Probability, row => row.Opinion?.Recognition?.Probability),
            new OptionalColumn<ScoreRow, int>(PlaceOfDrawn, row => row.Opinion?.Recognition?.PlaceOfDrawn),
            new OptionalColumn<ScoreRow, double>(ProbabilityOfDrawn, row => row.Opinion?.Recognition?.ProbabilityOfDrawn),
            new OptionalColumn<ScoreRow, double>(Naturalness, row => row.Naturalness),
        ];

    /// <summary>What it said of each row; null where it said nothing.</summary>
    public static async Task<IReadOnlyList<SecondOpinion?>> ReadAsync(ParquetGroup group)
    {
        var (tops, bottoms, agreements) = (await group.Optional<double>(Top), await group.Optional<double>(Bottom), await group.Optional<double>(Agreement));
        var (places, probabilities) = (await group.Optional<int>(Place), await group.Optional<double>(Probability));
        var (drawnPlaces, drawnProbabilities) = (await group.Optional<int>(PlaceOfDrawn), await group.Optional<double>(ProbabilityOfDrawn));
        return [.. tops.Select((top, i) => new SecondOpinion(top, bottoms[i], agreements[i], Recognition(i))).Select(opinion => opinion == SecondOpinion.None ? null : opinion)];

        ClassRecognition? Recognition(int i)
            => places[i] is { } place && probabilities[i] is { } probability && drawnPlaces[i] is { } placeOfDrawn && drawnProbabilities[i] is { } probabilityOfDrawn
                ? new(place, probability, placeOfDrawn, probabilityOfDrawn)
                : null;
    }
}
