using AmViz.Cli.Terminal;
using Spectre.Console;

namespace AmViz.Cli.Scoring;

/// <summary>What shuffled weights leave of pictures, for people.</summary>
internal static class RandomizationTable
{
    /// <summary>A row a layer; null if none was drawn anew.</summary>
    public static Table? Of(IReadOnlyList<LayerScores> scores)
    {
        if (scores.All(layer => layer.Randomization is null))
        {
            return null;
        }

        var table = Tables.Plain("like the picture with shuffled weights", "of the layer", "of all layers", "of other channels", "deviations", "after shuffling");
        foreach (var layer in scores)
        {
            var left = layer.Randomization;
            table.AddTextRow(
                layer.Layer, FormattableString.Invariant($"{left?.OfLayer:0.000}"), FormattableString.Invariant($"{left?.OfAll:0.000}"), FormattableString.Invariant($"{left?.OfOthers:0.000}"),
                FormattableString.Invariant($"{layer.MedianDeviations:0.0}"), FormattableString.Invariant($"{left?.Deviations:0.0}"));
        }

        return table;
    }
}
