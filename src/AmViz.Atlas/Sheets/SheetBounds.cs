using System.Globalization;

namespace AmViz.Atlas.Sheets;

/// <summary>How large a sheet can be.</summary>
internal static class SheetBounds
{
    /// <summary>Most pictures of a sheet: all are held in memory at once.</summary>
    private const int MostCells = 4096;

    /// <summary>Most pixels a side: many programs open no taller picture.</summary>
    private const int MostSide = 32_767;

    /// <summary>Most pixels in all: they take 4 bytes each while it is drawn.</summary>
    private const int MostPixels = 100_000_000;

    /// <summary>What is wrong with a sheet, and what to do; null: nothing.</summary>
    /// <param name="layer">Whose.</param>
    /// <param name="sheet">It, without pictures.</param>
    /// <param name="options">How it looks.</param>
    /// <param name="isTall">Whether it is to be one sheet, rather than only pages.</param>
    public static string? Problem(string layer, LayerSheet sheet, SheetOptions options, bool isTall)
    {
        if (sheet.Cells.Count > MostCells)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The sheet of '{layer}' would have {sheet.Cells.Count:N0} pictures. Expected at most {MostCells:N0}: choose some with --channels, such as --channels 0-{MostCells - 1}.");
        }

        var page = TallLayout.Of(sheet, options);
        return isTall && !Fits(page)
            ? string.Create(CultureInfo.InvariantCulture, $"The sheet of '{layer}' would have {page.Width:N0} x {page.Height:N0} pixels. Expected at most {MostSide:N0} a side and {MostPixels:N0} in all: choose {ColumnsThatFit(sheet, options)}fewer --channels, a smaller --tile than {options.SideOf(sheet.PictureSize)}, or --format pdf, which has pages.")
            : null;
    }

    private static string ColumnsThatFit(LayerSheet sheet, SheetOptions options)
    {
        foreach (var columns in Enumerable.Range(options.Columns, SheetOptions.MostColumns - options.Columns + 1))
        {
            if (Fits(TallLayout.Of(sheet, options with { Columns = columns })))
            {
                return string.Create(CultureInfo.InvariantCulture, $"--columns {columns}, ");
            }
        }

        return "";
    }

    private static bool Fits(SheetPage page) => page.Width <= MostSide && page.Height <= MostSide && (long)page.Width * page.Height <= MostPixels;
}
