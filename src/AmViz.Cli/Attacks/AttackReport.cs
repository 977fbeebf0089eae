using System.Globalization;
using AmViz.Cli.Terminal;

namespace AmViz.Cli.Attacks;

/// <summary>Writes the results of an attack: failures first, then a table or the document.</summary>
internal sealed class AttackReport(Screen screen)
{
    /// <summary>Writes it.</summary>
    public void Write(AttackDocument document, bool asJson)
    {
        foreach (var row in document.Attacks.Where(row => row.Error is not null))
        {
            screen.Error.WriteLine($"failed: {row.Image} -> {row.Target.Index}: {row.Error}");
        }

        if (asJson)
        {
            screen.WriteJson(document);
            return;
        }

        WriteTable(document);
        screen.Output.WriteLine($"fooled {document.Fooled} of {document.Pairs - document.Refused}{(document.Refused > 0 ? $", {document.Refused} refused" : "")}");
    }

    private void WriteTable(AttackDocument document)
    {
        var table = Tables.Plain("picture", "target", "seen before", "seen in the saved file", "steps", "L-infinity", "TV");
        foreach (var row in document.Attacks)
        {
            table.AddTextRow(
                Path.GetFileName(row.Image),
                Name(row.Target.Index, row.Target.Label),
                Seen(row.Before),
                row.After is { } after ? Seen(after) : "",
                row.StepsToSuccess?.ToString(CultureInfo.InvariantCulture) ?? "",
                row.GreyLevels is { } levels ? FormattableString.Invariant($"{row.LInfinity:0.0000} ({levels}/255)") : "",
                row.TotalVariation?.ToString("0", CultureInfo.InvariantCulture) ?? "");
        }

        screen.Results.Write(table);
    }

    private static string Seen(ImageScores scores)
        => FormattableString.Invariant($"{Name(scores.First.Index, scores.First.Label)} {100 * scores.First.Probability:0.0} %");

    // Labels of ImageNet are lists of synonyms; the first one says enough.
    private static string Name(int index, string label) => string.Create(CultureInfo.InvariantCulture, $"{index} {label.Split(',')[0]}");
}
