namespace AmViz.Atlas.Sheets;

/// <summary>A layer on one sheet as tall as it needs to be, in pixels.</summary>
internal static class TallLayout
{
    // Shares of a picture's side: at 160 pixels a gap of 12 and letters of 12.
    private const double GapShare = 0.075;
    private const double FontShare = 0.075;
    private const int SmallestGap = 4;
    private const double SmallestFont = 9;
    private const double LargestFont = 32;

    // A sheet of few small pictures is as wide as its heading needs, in letters' sizes.
    private const int HeadingWidth = 30;

    /// <summary>Lays a sheet out.</summary>
    public static SheetPage Of(LayerSheet sheet, SheetOptions options)
    {
        var side = options.SideOf(sheet.PictureSize);
        var gap = Math.Max(SmallestGap, (int)Math.Round(side * GapShare));
        var grid = SheetGrid.Of(sheet.Cells, Math.Min(options.Columns, sheet.Cells.Count), side, gap, Math.Clamp(side * FontShare, SmallestFont, LargestFont));
        var margin = 2 * gap;
        var width = Math.Max(grid.Width, (int)(HeadingWidth * grid.FontSize));
        var draft = new SheetDraft(grid, margin);
        var top = draft.AddHeading(SheetHeading.Of(sheet, grid.FontSize, width), margin) + gap;
        draft.AddCells(sheet.Cells, top);
        return draft.ToPage(width + (2 * margin), top + grid.HeightOf(grid.RowsOf(sheet.Cells.Count)) - gap + margin);
    }
}
