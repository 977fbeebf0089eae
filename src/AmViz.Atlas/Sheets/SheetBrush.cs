using AmViz.Imaging;
using SkiaSharp;

namespace AmViz.Atlas.Sheets;

/// <summary>Draws pages by Skia, on pixels and into documents alike.</summary>
/// <param name="canvas">Where to.</param>
/// <param name="unit">Pixels a unit of the page, where pictures are to be brought to them; null: pictures go in as they are.</param>
internal sealed class SheetBrush(SKCanvas canvas, int? unit)
{
    private const byte Opaque = 255;
    private const int BytesOfRgb = 3;
    private const int BytesOfRgba = 4;

    private static readonly SKColor Ink = SKColor.Parse(SheetColours.Ink);

    /// <summary>Draws a page from its top left corner.</summary>
    public void Draw(SheetPage page)
    {
        canvas.Clear(SKColors.White);
        foreach (var cell in page.Cells)
        {
            DrawCell(cell);
        }

        foreach (var text in page.Texts)
        {
            DrawText(text);
        }
    }

    private void DrawCell(PlacedCell cell)
    {
        if (cell.Picture is { } picture)
        {
            DrawPicture(cell, unit is { } pixels && cell.Side * pixels < picture.Width ? picture.Resize((int)cell.Side * pixels, ResizeMode.Squash) : picture);
        }
        else
        {
            DrawFrame(cell);
        }
    }

    // Without a filter: enlarged pixels stay squares.
    private void DrawPicture(PlacedCell cell, Picture picture)
    {
        using var image = ToImage(picture);
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.None };
        canvas.DrawImage(image, SKRect.Create((float)cell.X, (float)cell.Y, (float)cell.Side, (float)cell.Side), paint);
    }

    private void DrawFrame(PlacedCell cell)
    {
        using var ground = new SKPaint { Color = SKColor.Parse(SheetColours.Ground), Style = SKPaintStyle.Fill };
        using var edge = new SKPaint { Color = SKColor.Parse(SheetColours.Edge), Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
        canvas.DrawRect(SKRect.Create((float)cell.X, (float)cell.Y, (float)cell.Side, (float)cell.Side), ground);

        // Half a unit inside, where a line of one unit fills pixels.
        canvas.DrawRect(SKRect.Create((float)cell.X + 0.5f, (float)cell.Y + 0.5f, (float)cell.Side - 1, (float)cell.Side - 1), edge);
    }

    private void DrawText(SheetText text)
    {
        using var font = SheetFont.At(text.Size);
        using var paint = new SKPaint { Color = Ink, IsAntialias = true };
        var left = text.X - text.Side switch { TextSide.Start => 0, TextSide.Middle => SheetFont.Width(text.Text, text.Size) / 2, _ => SheetFont.Width(text.Text, text.Size) };
        canvas.DrawText(text.Text, (float)left, (float)text.Y, font, paint);
    }

    private static SKImage ToImage(Picture picture)
    {
        var rgb = picture.Rgb.Span;
        var rgba = new byte[rgb.Length / BytesOfRgb * BytesOfRgba];
        for (var (from, to) = (0, 0); from < rgb.Length; (from, to) = (from + BytesOfRgb, to + BytesOfRgba))
        {
            rgb.Slice(from, BytesOfRgb).CopyTo(rgba.AsSpan(to));
            rgba[to + BytesOfRgb] = Opaque;
        }

        return SKImage.FromPixelCopy(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
    }
}
