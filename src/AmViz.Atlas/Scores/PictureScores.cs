using System.Globalization;
using AmViz.Responses;

namespace AmViz.Atlas.Scores;

/// <summary>How far a picture can be trusted; as JSON part of a page's data.</summary>
/// <param name="Verdict">See <see cref="ScoreRow.Verdict"/>; null if there was nothing to judge by.</param>
/// <param name="Trust">See <see cref="ScoreRow.Trust"/>.</param>
/// <param name="Lines">What is told, for people, in order.</param>
internal sealed record PictureScores(string? Verdict, double? Trust, IReadOnlyList<ScoreLine> Lines)
{
    private const int Digits = 4;

    /// <summary>Says what a row of <c>scores.parquet</c> tells.</summary>
    public static PictureScores Of(ScoreRow row) => new(row.Verdict, row.Trust is { } trust ? Math.Round(trust, Digits) : null, [.. LinesOf(row)]);

    private static IEnumerable<ScoreLine> LinesOf(ScoreRow row)
    {
        (string Name, string? Value, string Meaning)[] all =
        [
            ("trust", Number(row.Trust), "Share of ordinary photographs that agree less with the channel's strongest photographs than the picture does. Below 0.95 it is not to be trusted."),
            ("response", Number(row.Response), "Of the channel to its picture, as to a photograph."),
            ("best photograph", Number(row.BestPhotograph), "The channel's largest response to a photograph. A picture below it was not drawn to the end, or not at the size that the channel looks for."),
            ("deviations", Number(row.Judgement?.Deviations), "How far the response lies above the channel's mean over photographs, in standard deviations."),
            ("place", row.Judgement?.Place.ToString(CultureInfo.InvariantCulture), "How many channels of the layer respond at least so unusually to it. At 1 it is the picture of no other channel."),
            ("MIS-like", Number(row.Judgement?.MisLike), "How often the picture tells a photograph that excites the channel from one that does not, asked of the layer itself. By chance 0.5."),
            ("locality", Number(row.Locality), "0 where all places of the picture excite the channel alike, 1 where one alone does."),
            ("like other seeds", Number(row.Seeds?.Likeness), "How alike the layer sees the channel's pictures of other seeds, -1 to 1."),
            ("judge agrees", Number(row.Opinion?.Agreement), "How often a second network finds the picture more like a photograph that excites the channel than one that does not. By chance 0.5."),
            ("judge's probability", Number(row.Opinion?.Recognition?.Probability), "That a second network gives to the class."),
            ("with shuffled weights", Number(row.Randomization?.OfAll), "Structural similarity to the picture that the network with shuffled weights gives. What is the network's own is gone there."),
        ];
        return all.Where(line => line.Value is not null).Select(line => new ScoreLine(line.Name, line.Value!, line.Meaning));
    }

    private static string? Number(double? value) => value is { } number ? number.ToString(double.IsFinite(number) && Math.Abs(number) < 1000 ? "0.###" : "G4", CultureInfo.InvariantCulture) : null;
}

/// <summary>A score.</summary>
/// <param name="Name">What is scored.</param>
/// <param name="Value">As it is read.</param>
/// <param name="Meaning">A sentence for who does not know the name.</param>
internal sealed record ScoreLine(string Name, string Value, string Meaning);
