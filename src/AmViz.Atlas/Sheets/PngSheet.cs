using SkiaSharp;

namespace AmViz.Atlas.Sheets;

/// <summary>A sheet as a PNG.</summary>
internal static class PngSheet
{
    // Of no meaning for PNG, which loses nothing.
    private const int Quality = 100;

    /// <summary>Draws a page, a pixel a unit.</summary>
    public static byte[] Encode(SheetPage page)
    {
        using var surface = SKSurface.Create(new SKImageInfo(page.Width, page.Height, SKColorType.Rgba8888, SKAlphaType.Opaque))
            ?? throw new InvalidOperationException(FormattableString.Invariant($"There is no memory for a sheet of {page.Width} x {page.Height} pixels."));
        new SheetBrush(surface.Canvas, unit: 1).Draw(page);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, Quality);
        return png.ToArray();
    }
}
