using AmViz.Cli.Scored;
using AmViz.Responses;

namespace AmViz.Cli.Scoring;

/// <summary>What the scores of a layer come to.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Pass">Photographs that its pictures were held against.</param>
/// <param name="Photographs">How many.</param>
/// <param name="Pictures">Pictures that were scored.</param>
/// <param name="Judged">Pictures of which something can be said.</param>
/// <param name="AboveBest">Pictures that excite their channel more than any photograph.</param>
/// <param name="FirstPlace">Pictures that are more their channel's own than any other's.</param>
/// <param name="MedianDeviations">Median of how many deviations above its mean a channel responds to its picture; null if nothing can be said.</param>
/// <param name="MisLike">Mean of the two-alternative score.</param>
/// <param name="MisLikeOfOthers">The same with pictures of other channels.</param>
/// <param name="Distrusted">Channels with a picture that is not to be trusted, see <see cref="PictureTrust"/>.</param>
/// <param name="Constant">Channels that respond to all photographs alike, whatever their picture shows.</param>
/// <param name="Dead">Channels without a picture, because nothing excites them.</param>
/// <param name="Locality">Mean of <see cref="MapLocality"/>; null where maps are single values.</param>
/// <param name="SeedLikeness">Mean likeness of pictures to those of other seeds; null with one seed.</param>
/// <param name="SeedLikenessOfOthers">The same with pictures of other channels.</param>
/// <param name="Opinion">What a second network says; null if none was asked.</param>
/// <param name="Randomization">Means of what shuffled weights leave of pictures; null if none was drawn anew.</param>
/// <param name="Table">Where <c>scores.parquet</c> lies.</param>
internal sealed record LayerScores(
    string Layer, string Pass, long Photographs, int Pictures, int Judged, int AboveBest, int FirstPlace, double? MedianDeviations, double? MisLike, double? MisLikeOfOthers,
    IReadOnlyList<int> Distrusted, IReadOnlyList<int> Constant, IReadOnlyList<int> Dead, double? Locality, double? SeedLikeness, double? SeedLikenessOfOthers,
    LayerOpinion? Opinion, WeightRandomization? Randomization, string Table)
{
    /// <summary>Sums the rows of a layer up.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">A row a picture.</param>
    /// <param name="isJudged">Whether a second network was asked.</param>
    /// <param name="table">Where the rows lie.</param>
    public static LayerScores Of(ScoredLayer layer, IReadOnlyList<ScoreRow> rows, bool isJudged, string table)
    {
        PictureJudgement[] judged = [.. rows.Select(row => row.Judgement).OfType<PictureJudgement>()];
        double[] deviations = [.. judged.Select(one => one.Deviations).Order()];
        return new(
            layer.Layer.Layer, layer.Pass.Pass, layer.Pass.Photographs, rows.Count, judged.Length, rows.Count(row => row.Response > row.BestPhotograph), judged.Count(one => one.Place == 1),
            deviations.Length == 0 ? null : deviations[(deviations.Length - 1) / 2], Mean(judged.Select(one => (double?)one.MisLike)), Mean(rows.Select(row => row.MisLikeOfOthers)), Channels(PictureTrust.Distrusted), Channels(PictureTrust.Constant), layer.Dead,
            Mean(rows.Select(row => row.Locality)), Mean(rows.Select(row => row.Seeds?.Likeness)), Mean(rows.Select(row => row.Seeds?.LikenessOfOthers)), isJudged ? LayerOpinion.Of(rows) : null, Randomized([.. rows.Select(row => row.Randomization).OfType<WeightRandomization>()]), table);

        int[] Channels(string verdict) => [.. rows.Where(row => row.Verdict == verdict).Select(row => row.Channel).Distinct()];
    }

    private static WeightRandomization? Randomized(WeightRandomization[] some) => some.Length == 0 ? null : new(
        Mean(some.Select(one => one.OfLayer)), Mean(some.Select(one => one.OfAll)), Mean(some.Select(one => one.OfOthers)), Mean(some.Select(one => one.Deviations)));

    private static double? Mean(IEnumerable<double?> values) => values.Average();
}
