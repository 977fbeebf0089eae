namespace AmViz.Atlas.Sheets;

/// <summary>A line of a heading and the size of its font.</summary>
internal sealed record HeadingLine(string Text, double Size);

/// <summary>Sets headings in lines.</summary>
internal static class SheetHeading
{
    private const double TitleSize = 1.6;

    /// <summary>Title, facts and what the captions say.</summary>
    /// <param name="sheet">Whose.</param>
    /// <param name="size">Size of the font of facts.</param>
    /// <param name="width">Of a line.</param>
    public static IReadOnlyList<HeadingLine> Of(LayerSheet sheet, double size, int width)
        => [Title(sheet.Title, size, width), .. Wrap([.. sheet.Facts, $"below each picture: {CaptionOf(sheet)}"], size, width).Select(line => new HeadingLine(line, size))];

    /// <summary>What stands on top of a further page.</summary>
    public static IReadOnlyList<HeadingLine> OfNextPage(LayerSheet sheet, double size, int width)
        => [new(SheetFont.Fit($"{sheet.Title}, continued", size, width), size)];

    private static HeadingLine Title(string title, double size, int width) => new(SheetFont.Fit(title, TitleSize * size, width), TitleSize * size);

    private static string CaptionOf(LayerSheet sheet)
        => sheet.Cells.Any(cell => cell.Label is not null) ? "channel, objective, label" : "channel, objective";

    private static IEnumerable<string> Wrap(IReadOnlyList<string> facts, double size, int width)
    {
        var line = facts[0];
        foreach (var fact in facts.Skip(1))
        {
            if (SheetFont.Width($"{line}, {fact},", size) <= width)
            {
                line = $"{line}, {fact}";
                continue;
            }

            yield return SheetFont.Fit($"{line},", size, width);
            line = fact;
        }

        yield return SheetFont.Fit(line, size, width);
    }
}
