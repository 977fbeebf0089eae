using System.Text.Json.Serialization;
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
    public static PictureScores Of(ScoreRow row) => new(row.Verdict, row.Trust is { } trust ? Math.Round(trust, Digits) : null, [.. LinesOf(row)])
    {
        Numbers = [.. ScoreFigure.All.Select(figure => figure.Of(row))],
    };

    /// <summary>Whether the picture is not to be trusted, or nothing bears it out.</summary>
    [JsonIgnore]
    public bool IsDistrusted => Verdict is PictureTrust.Distrusted or PictureTrust.Constant;

    /// <summary>The number of each of <see cref="ScoreFigure.All"/>; null for those that were not scored.</summary>
    [JsonIgnore]
    public IReadOnlyList<double?> Numbers { get; private init; } = [];

    private static IEnumerable<ScoreLine> LinesOf(ScoreRow row)
        => from figure in ScoreFigure.All
           let number = figure.Of(row)
           where number is not null
           select new ScoreLine(figure.Name, figure.Written(number.Value), figure.Meaning);
}

/// <summary>A score.</summary>
/// <param name="Name">What is scored.</param>
/// <param name="Value">As it is read.</param>
/// <param name="Meaning">A sentence for who does not know the name.</param>
internal sealed record ScoreLine(string Name, string Value, string Meaning);
