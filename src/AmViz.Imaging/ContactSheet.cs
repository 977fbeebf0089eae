namespace AmViz.Imaging;

/// <summary>Pictures side by side on one sheet, row by row.</summary>
/// <remarks>No text is drawn: fonts differ between machines, so captions belong to the page around the sheet.</remarks>
/// <param name="Columns">Tiles a row, at least 1; a shorter list makes a narrower sheet.</param>
/// <param name="Spacing">Pixels between tiles and around the sheet (default: 4).</param>
/// <param name="Grey">Grey level of the ground, 0 (black) to 255 (white, default).</param>
public sealed record ContactSheet(int Columns, int Spacing = 4, byte Grey = 255)
{
    /// <summary>Tiles a row, at least 1.</summary>
    public int Columns { get; init; } = Columns >= 1
        ? Columns
        : throw new ArgumentOutOfRangeException(nameof(Columns), Columns, "A contact sheet needs at least 1 column.");

    /// <summary>Pixels between tiles and around the sheet.</summary>
    public int Spacing { get; init; } = Spacing >= 0
        ? Spacing
        : throw new ArgumentOutOfRangeException(nameof(Spacing), Spacing, "Spacing is 0 pixels or more.");

    /// <summary>Arranges tiles; the largest sets the size of a cell, smaller ones stand in its middle.</summary>
    /// <param name="tiles">At least one; <see langword="null"/> leaves its cell empty.</param>
    /// <exception cref="ArgumentException">There is no tile at all.</exception>
    public Picture Arrange(IReadOnlyList<Picture?> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        if (tiles.All(tile => tile is null))
        {
            throw new ArgumentException("Found no tile; a contact sheet needs at least one picture.", nameof(tiles));
        }

        var cellWidth = tiles.Max(tile => tile?.Width ?? 0);
        var cellHeight = tiles.Max(tile => tile?.Height ?? 0);
        var columns = Math.Min(Columns, tiles.Count);
        var rows = (tiles.Count + columns - 1) / columns;
        var width = (columns * (cellWidth + Spacing)) + Spacing;
        var height = (rows * (cellHeight + Spacing)) + Spacing;

        var rgb = new byte[checked(width * height * 3)];
        Array.Fill(rgb, Grey);
        for (var i = 0; i < tiles.Count; i++)
        {
            if (tiles[i] is { } tile)
            {
                var left = Spacing + (i % columns * (cellWidth + Spacing)) + ((cellWidth - tile.Width) / 2);
                var top = Spacing + (i / columns * (cellHeight + Spacing)) + ((cellHeight - tile.Height) / 2);
                Paste(tile, rgb, width, left, top);
            }
        }

        return Picture.Own(width, height, rgb);
    }

    private static void Paste(Picture tile, byte[] sheet, int sheetWidth, int left, int top)
    {
        var rowLength = tile.Width * 3;
        for (var row = 0; row < tile.Height; row++)
        {
            tile.Pixels.AsSpan(row * rowLength, rowLength).CopyTo(sheet.AsSpan((((top + row) * sheetWidth) + left) * 3));
        }
    }
}
