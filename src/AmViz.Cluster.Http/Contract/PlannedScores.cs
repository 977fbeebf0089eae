namespace AmViz.Cluster.Http;

/// <summary>The pictures that a sweep scores.</summary>
/// <param name="Sweep">The sweep that drew them.</param>
/// <param name="Pictures">How many.</param>
/// <param name="Judge">The second network that is asked about them, with the beginning of its digest; null: none.</param>
public sealed record PlannedScores(SweepId Sweep, int Pictures, string? Judge = null)
{
    // Enough of a digest for people.
    private const int Shown = 12;

    /// <summary>The outline of a plan.</summary>
    public static PlannedScores Of(ScoreWork scores)
        => new(scores.Sweep, scores.Tables.Sum(table => table.Pictures), scores.Judge is { } judge ? $"{judge.Model} ({judge.WeightsDigest[..Shown]})" : null);
}
