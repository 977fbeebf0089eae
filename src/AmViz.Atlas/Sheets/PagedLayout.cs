namespace AmViz.Atlas.Sheets;

/// <summary>A layer on pages of A4 (ISO 216), upright, in points of 1/72 inch.</summary>
internal static class PagedLayout
{
    private const int PageWidth = 595;
    private const int PageHeight = 842;
    private const int Margin = 36;
    private const int Gap = 6;
    private const double HeadingFont = 7;
    private const double FontShare = 0.1;
    private const double SmallestFont = 4;
    private const double LargestFont = 9;
    private const int InnerWidth = PageWidth - (2 * Margin);
    private const int Bottom = PageHeight - Margin;

    /// <summary>Lays pages out; a row is never broken over two.</summary>
    public static IReadOnlyList<SheetPage> Of(LayerSheet sheet, SheetOptions options)
    {
        var side = ((InnerWidth + Gap) / options.Columns) - Gap;
        var grid = SheetGrid.Of(sheet.Cells, options.Columns, side, Gap, Math.Clamp(side * FontShare, SmallestFont, LargestFont));
        var drafts = new List<SheetDraft>();
        for (var done = 0; done < sheet.Cells.Count;)
        {
            var draft = new SheetDraft(grid, Margin);
            var top = draft.AddHeading(drafts.Count == 0 ? SheetHeading.Of(sheet, HeadingFont, InnerWidth) : SheetHeading.OfNextPage(sheet, HeadingFont, InnerWidth), Margin) + Gap;
            var room = Math.Max(1, (Bottom + Gap - top) / grid.RowHeight) * grid.Columns;
            draft.AddCells(sheet.Cells.Skip(done).Take(room), top);
            drafts.Add(draft);
            done += room;
        }

        return [.. drafts.Select((draft, i) => Numbered(draft, i + 1, drafts.Count))];
    }

    private static SheetPage Numbered(SheetDraft draft, int number, int pages)
    {
        if (pages > 1)
        {
            draft.AddFooter($"{number} / {pages}", PageWidth - Margin, PageHeight - (Margin / 2), HeadingFont);
        }

        return draft.ToPage(PageWidth, PageHeight);
    }
}
