namespace AmViz.Atlas.Sheets;

/// <summary>Puts a heading and cells on a page.</summary>
internal sealed class SheetDraft(SheetGrid grid, int left)
{
    private readonly List<SheetText> _texts = [];
    private readonly List<PlacedCell> _cells = [];

    /// <summary>Writes lines below each other.</summary>
    /// <param name="lines">Of <see cref="HeadingLine"/>.</param>
    /// <param name="top">Top of the first.</param>
    /// <returns>Bottom of the last.</returns>
    public int AddHeading(IEnumerable<HeadingLine> lines, int top)
    {
        foreach (var (text, size) in lines)
        {
            top += SheetGrid.LineOf(size);
            _texts.Add(new(left, top - (SheetGrid.LineOf(size) - size), size, TextSide.Start, text));
        }

        return top;
    }

    /// <summary>A line of its own at the end of a page.</summary>
    public void AddFooter(string text, int right, int baseline, double size) => _texts.Add(new(right, baseline, size, TextSide.End, text));

    /// <summary>Puts cells into rows.</summary>
    public void AddCells(IEnumerable<SheetCell> cells, int top)
    {
        foreach (var (i, cell) in cells.Index())
        {
            Add(cell, left + (i % grid.Columns * (grid.Side + grid.Gap)), top + (i / grid.Columns * grid.RowHeight));
        }
    }

    /// <summary>The page, as far as it has come.</summary>
    public SheetPage ToPage(int width, int height) => new(width, height, _texts, _cells);

    private void Add(SheetCell cell, int x, int y)
    {
        _cells.Add(new(x, y, grid.Side, cell.Picture, cell.Description));
        if (cell.Word is { } word)
        {
            _texts.Add(new(x + (grid.Side / 2.0), y + (grid.Side / 2.0), grid.FontSize, TextSide.Middle, SheetFont.Fit(word, grid.FontSize, grid.Side)));
        }

        var line = y + grid.Side + grid.Line;
        _texts.Add(new(x, line, grid.FontSize, TextSide.Start, SheetFont.Fit(cell.Number, grid.FontSize, grid.Side)));
        if (cell.Objective is { } objective)
        {
            _texts.Add(grid.IsStacked
                ? new(x, line + grid.Line, grid.FontSize, TextSide.Start, SheetFont.Fit(objective, grid.FontSize, grid.Side))
                : new(x + grid.Side, line, grid.FontSize, TextSide.End, objective));
        }

        if (cell.Label is { } label)
        {
            _texts.Add(new(x, line + (grid.IsStacked ? 2 * grid.Line : grid.Line), grid.FontSize, TextSide.Start, SheetFont.Fit(label, grid.FontSize, grid.Side)));
        }
    }
}
