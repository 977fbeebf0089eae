using AmViz.Imaging;

namespace AmViz.Atlas.Sprites;

/// <summary>Brings a picture to the size of a cell.</summary>
internal static class SpriteCell
{
    /// <summary>Fills a cell with the centre of a picture.</summary>
    /// <remarks>
    /// Larger pictures are made small with a filter. Smaller ones are enlarged by repeating pixels: they were drawn with so few, and a filter would show a smoothness that no ascent made.
    /// </remarks>
    public static Picture Of(Picture picture)
        => Math.Min(picture.Width, picture.Height) >= SpriteSheet.CellSize ? picture.Resize(SpriteSheet.CellSize, ResizeMode.CropCenter) : Enlarge(picture);

    private static Picture Enlarge(Picture picture)
    {
        const int size = SpriteSheet.CellSize;
        const int bytes = 3;
        var side = Math.Min(picture.Width, picture.Height);
        var centre = picture.Crop((picture.Width - side) / 2, (picture.Height - side) / 2, side, side).Rgb.Span;
        var rgb = new byte[size * size * bytes];
        for (var i = 0; i < size * size; i++)
        {
            var from = ((i / size * side / size) * side) + (i % size * side / size);
            centre.Slice(from * bytes, bytes).CopyTo(rgb.AsSpan(i * bytes));
        }

        return new Picture(size, size, rgb);
    }
}
