using System.Globalization;

namespace AmViz.Cli.Scoring;

/// <summary>Which channels of a layer are not to be judged by their pictures, in lines for people.</summary>
internal static class TrustReport
{
    private const int MostListed = 40;

    /// <summary>A line for each reason that holds of some channel; none where all is well.</summary>
    public static IEnumerable<string> Lines(LayerScores scores)
    {
        (IReadOnlyList<int> Channels, string Reason)[] reasons =
        [
            (scores.Distrusted, "not to be trusted"),
            (scores.Constant, "constant, not to be trusted: responds to all photographs alike"),
            (scores.Dead, "dead, without a picture: nothing excites it"),
        ];
        return reasons.Where(reason => reason.Channels.Count > 0).Select(reason => string.Create(CultureInfo.InvariantCulture, $"{scores.Layer}  {reason.Channels.Count} {reason.Reason}: {List(reason.Channels)}"));
    }

    private static string List(IReadOnlyList<int> channels)
        => string.Join(", ", channels.Take(MostListed)) + (channels.Count > MostListed ? string.Create(CultureInfo.InvariantCulture, $" and {channels.Count - MostListed} more, see the table") : "");
}
