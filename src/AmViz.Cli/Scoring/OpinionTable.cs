using AmViz.Cli.Terminal;
using Spectre.Console;

namespace AmViz.Cli.Scoring;

/// <summary>What a second network says, for people.</summary>
internal static class OpinionTable
{
    /// <summary>A row a layer; null if none was asked.</summary>
    public static Table? Of(IReadOnlyList<LayerScores> scores)
    {
        if (scores.All(layer => layer.Opinion is null))
        {
            return null;
        }

        var table = Tables.Plain("by the judge", "like top", "like bottom", "agreement", "recognized", "of drawn", "probability", "of drawn", "naturalness");
        foreach (var layer in scores)
        {
            var opinion = layer.Opinion!;
            table.AddTextRow(
                layer.Layer, FormattableString.Invariant($"{opinion.TopLikeness:0.000}"), FormattableString.Invariant($"{opinion.BottomLikeness:0.000}"), FormattableString.Invariant($"{opinion.Agreement:0.000}"), FormattableString.Invariant($"{opinion.Recognized}"),
                FormattableString.Invariant($"{opinion.RecognizedOfDrawn}"), FormattableString.Invariant($"{opinion.Probability:0.000}"), FormattableString.Invariant($"{opinion.ProbabilityOfDrawn:0.000}"), FormattableString.Invariant($"{opinion.Naturalness:0.000}"));
        }

        return table;
    }

    /// <summary>A line for each layer of which the judge was shown no photograph.</summary>
    public static IEnumerable<string> Lines(LayerScores scores)
    {
        if (scores.Opinion is { TopLikeness: null })
        {
            yield return $"{scores.Layer}  the judge has seen no photographs: the pass {scores.Pass} keeps no crops of them. Run its 'amviz respond' with --crops 9, then this again.";
        }
    }
}
