using System.Globalization;
using AmViz.Responses;

namespace AmViz.Atlas.Scores;

/// <summary>A number that tells how far a picture can be trusted.</summary>
/// <param name="Key">Its name in files.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Meaning">A sentence for who does not know the name.</param>
/// <param name="Of">Takes it from a row of <c>scores.parquet</c>; null where it was not scored.</param>
/// <param name="IsWhole">Whether it counts something.</param>
internal sealed record ScoreFigure(string Key, string Name, string Meaning, Func<ScoreRow, double?> Of, bool IsWhole = false)
{
    /// <summary>All of them, in the order in which they are told.</summary>
    public static IReadOnlyList<ScoreFigure> All { get; } =
    [
        new("trust", "trust", "Share of ordinary photographs that agree less with the channel's strongest photographs than the picture does. Below 0.95 it is not to be trusted.", row => row.Trust),
        new("response", "response", "Of the channel to its picture, as to a photograph.", row => row.Response),
        new("bestPhotograph", "best photograph", "The channel's largest response to a photograph. A picture below it was not drawn to the end, or not at the size that the channel looks for.", row => row.BestPhotograph),
        new("deviations", "deviations", "How far the response lies above the channel's mean over photographs, in standard deviations.", row => row.Judgement?.Deviations),
        new("place", "place", "How many channels of the layer respond at least so unusually to it. At 1 it is the picture of no other channel.", row => row.Judgement?.Place, IsWhole: true),
        new("misLike", "MIS-like", "How often the picture tells a photograph that excites the channel from one that does not, asked of the layer itself. By chance 0.5.", row => row.Judgement?.MisLike),
        new("locality", "locality", "0 where all places of the picture excite the channel alike, 1 where one alone does.", row => row.Locality),
        new("seedLikeness", "like other seeds", "How alike the layer sees the channel's pictures of other seeds, -1 to 1.", row => row.Seeds?.Likeness),
        new("judgeAgreement", "judge agrees", "How often a second network finds the picture more like a photograph that excites the channel than one that does not. By chance 0.5.", row => row.Opinion?.Agreement),
        new("recognition", "judge's probability", "That a second network gives to the class.", row => row.Opinion?.Recognition?.Probability),
        new("shuffledWeights", "with shuffled weights", "Structural similarity to the picture that the network with shuffled weights gives. What is the network's own is gone there.", row => row.Randomization?.OfAll),
    ];

    /// <summary>The number as it is read.</summary>
    public string Written(double number)
        => number.ToString(IsWhole ? "0" : double.IsFinite(number) && Math.Abs(number) < 1000 ? "0.###" : "G4", CultureInfo.InvariantCulture);
}
