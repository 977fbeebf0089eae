using System.Globalization;
using AmViz.Cli.Terminal;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>Says what a search for neighbours came to.</summary>
internal static class NeighbourReport
{
    /// <summary>Least recall of an index that goes without a note.</summary>
    public const double GoodRecall = 0.95;

    private const int PassShown = 8;

    /// <summary>Writes it for people.</summary>
    /// <param name="screen">Where.</param>
    /// <param name="summary">What it came to.</param>
    /// <param name="table">Where <c>neighbours.parquet</c> lies.</param>
    public static void Write(Screen screen, NeighbourSummary summary, string table)
    {
        if (summary.Recall < GoodRecall)
        {
            screen.WriteNotes([Format($"the index found {summary.Recall:0.0 %} of the nearest channels; --exact finds all.")]);
        }

        foreach (var pass in summary.Passes)
        {
            screen.Output.WriteLine(Format($"{WordOf(summary.By),-8} {pass.Pass}  {pass.Model}  {pass.Channels} channels of {string.Join(", ", pass.Layers)}; left out: {pass.Constant} {(summary.By == NeighbourBasis.Responses ? "constant" : "zero")}, {pass.NotFinite} not finite"));
        }

        WritePairs(screen, summary);
        foreach (var pair in summary.Pairs)
        {
            screen.Output.WriteLine(Describe(pair, summary.By));
        }

        screen.Output.WriteLine(Format(
            $"done     {summary.Count} nearest of each channel, by {Describe(summary)}; {summary.Method}, recall {summary.Recall:0.000}; {summary.Duplicates} pairs of duplicates   {table}"));
    }

    private static void WritePairs(Screen screen, NeighbourSummary summary)
    {
        var table = Tables.Plain(summary.By == NeighbourBasis.Responses ? "correlation" : "cosine", "channel", "neighbour", "");
        foreach (var (row, kind) in summary.BestDuplicates.Select(row => (row, "duplicate")).Concat(summary.BestOthers.Select(row => (row, "nearest to each other"))))
        {
            table.AddTextRow(Format($"{row.Correlation:0.00000}"), Name(row.Channel, summary), Name(row.Neighbour, summary), kind);
        }

        if (table.Rows.Count > 0)
        {
            screen.Results.Write(table);
        }
    }

    private static string WordOf(NeighbourBasis basis) => basis switch
    {
        NeighbourBasis.Weights => "network",
        NeighbourBasis.Picture => "sweep",
        _ => "pass",
    };

    private static string Describe(NeighbourSummary summary) => summary switch
    {
        { Judge: { } judge } => Format($"{judge.Pictures} pictures as {judge.Model} represents them ({judge.Layer})"),
        { By: NeighbourBasis.Weights } => "weights",
        _ => Format($"{summary.Photographs} photographs"),
    };

    private static string Describe(PassCorrespondence pair, NeighbourBasis basis)
    {
        var layer = pair.Layers is null ? "" : $", {string.Join(" and ", pair.Layers)}";
        var measure = basis == NeighbourBasis.Responses ? "correlation" : "cosine";
        var (numbers, fewer) = (pair.Numbers, Math.Min(pair.Numbers.Channels, pair.Numbers.OtherChannels));
        var median = numbers.MedianCorrelation is { } correlation ? Format($"; median {measure} with the nearest {correlation:0.000}") : "";
        return pair.Pass == pair.Other
            ? Format($"within   {pair.Pass}{layer}: {numbers.Mutual} pairs nearest to each other; {numbers.Duplicated} of {numbers.Channels} channels have a duplicate{median}")
            : Format($"matched  {pair.Pass} and {pair.Other}{layer}: {numbers.Mutual} of {fewer} channels ({(fewer == 0 ? 0 : (double)numbers.Mutual / fewer):0.0 %}) nearest to each other; {numbers.Duplicated} have a duplicate{median}");
    }

    private static string Name(ChannelPlace place, NeighbourSummary summary)
        => Format(summary.Passes is [var only] && only.Model == place.Model ? (FormattableString)$"{place.Layer}/{place.Channel}" : $"{place.Model}@{place.Pass[..PassShown]}/{place.Layer}/{place.Channel}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
