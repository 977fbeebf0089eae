namespace AmViz.Atlas.Sheets;

/// <summary>Measures of a grid of pictures with captions, in pixels or points; all whole, so that pictures stay sharp.</summary>
/// <param name="Columns">Pictures a row.</param>
/// <param name="Side">Of a picture.</param>
/// <param name="Gap">Between pictures.</param>
/// <param name="FontSize">Of captions.</param>
/// <param name="IsStacked">Whether the objective stands below the number: beside it there is no room.</param>
/// <param name="HasLabels">Whether a line below is for labels.</param>
internal sealed record SheetGrid(int Columns, int Side, int Gap, double FontSize, bool IsStacked, bool HasLabels)
{
    private const double LineSpacing = 1.3;

    /// <summary>Height of a line of text.</summary>
    public int Line => LineOf(FontSize);

    /// <summary>From one row to the next.</summary>
    public int RowHeight => CellHeight + Gap;

    /// <summary>Width of a row.</summary>
    public int Width => (Columns * (Side + Gap)) - Gap;

    /// <summary>Lines below a picture.</summary>
    private int Lines => 1 + (IsStacked ? 1 : 0) + (HasLabels ? 1 : 0);

    private int CellHeight => Side + (Lines * Line) + (Line / 2);

    /// <summary>Measures a grid for some cells.</summary>
    public static SheetGrid Of(IReadOnlyList<SheetCell> cells, int columns, int side, int gap, double fontSize)
    {
        var isStacked = cells.Any(cell => cell.Objective is not null && SheetFont.Width($"{cell.Number}  {cell.Objective}", fontSize) > side);
        return new(columns, side, gap, fontSize, isStacked, cells.Any(cell => cell.Label is not null));
    }

    /// <summary>Height of a line of text of a size.</summary>
    public static int LineOf(double fontSize) => (int)Math.Ceiling(fontSize * LineSpacing);

    /// <summary>Rows that so many cells take.</summary>
    public int RowsOf(int cells) => (cells + Columns - 1) / Columns;

    /// <summary>Height of so many rows.</summary>
    public int HeightOf(int rows) => rows * RowHeight;
}
