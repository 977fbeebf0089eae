using AmViz.Cli.Terminal;
using Spectre.Console;

namespace AmViz.Cli.Scoring;

/// <summary>Whether several seeds agree, for people.</summary>
internal static class SeedTable
{
    /// <summary>A row a layer; null if each channel has one picture.</summary>
    public static Table? Of(IReadOnlyList<LayerScores> scores)
    {
        if (scores.All(layer => layer.SeedLikeness is null))
        {
            return null;
        }

        var table = Tables.Plain("between seeds", "like the same channel", "like other channels");
        foreach (var layer in scores)
        {
            table.AddTextRow(layer.Layer, FormattableString.Invariant($"{layer.SeedLikeness:0.000}"), FormattableString.Invariant($"{layer.SeedLikenessOfOthers:0.000}"));
        }

        return table;
    }
}
