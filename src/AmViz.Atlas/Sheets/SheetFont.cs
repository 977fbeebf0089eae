using System.Globalization;
using System.Reflection;
using SkiaSharp;

namespace AmViz.Atlas.Sheets;

/// <summary>The font of sheets, which lies in this assembly: machines have others, or none.</summary>
internal static class SheetFont
{
    /// <summary>For drawings that name fonts: the nearest that a reader may have.</summary>
    public const string Families = "DejaVu Sans, Verdana, Arial, sans-serif";

    private const string Resource = "DejaVuSans.ttf";
    private const string Ellipsis = "…";

    private static readonly SKTypeface Typeface = Load();

    /// <summary>The font at a size; to be disposed of.</summary>
    /// <remarks>Without hinting a text is as wide at every resolution.</remarks>
    public static SKFont At(double size) => new(Typeface, (float)size) { Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };

    /// <summary>Width of a text, in the unit of <paramref name="size"/>.</summary>
    public static double Width(string text, double size)
    {
        using var font = At(size);
        var glyphs = new ushort[font.CountGlyphs(text)];
        font.GetGlyphs(text, glyphs);
        return font.MeasureText(glyphs);
    }

    /// <summary>A text as it is, or as much of its beginning as is no wider than <paramref name="width"/>, with an ellipsis.</summary>
    public static string Fit(string text, double size, double width)
    {
        if (Width(text, size) <= width)
        {
            return text;
        }

        // Letters with what is set above and below them, which may not be cut apart.
        var starts = StringInfo.ParseCombiningCharacters(text);
        var kept = starts.Length - 1;
        while (kept > 0 && Width(text[..starts[kept]].TrimEnd() + Ellipsis, size) > width)
        {
            kept--;
        }

        return text[..starts[Math.Max(kept, 0)]].TrimEnd() + Ellipsis;
    }

    /// <summary>Whether the font has every letter of a text.</summary>
    public static bool Has(string text) => text.EnumerateRunes().All(rune => Typeface.GetGlyph(rune.Value) != 0);

    private static SKTypeface Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its font '{Resource}'.");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"The font '{Resource}' of the assembly cannot be read.");
    }
}
