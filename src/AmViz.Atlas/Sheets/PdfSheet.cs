using SkiaSharp;

namespace AmViz.Atlas.Sheets;

/// <summary>A sheet as a PDF: text as text, in the font of sheets, which goes with it; pictures with all their pixels.</summary>
internal static class PdfSheet
{
    // Above 100 pictures are kept as they are; up to it they would become JPEG.
    private const int Lossless = 101;

    /// <summary>Writes pages.</summary>
    /// <remarks>It says no time and has no id of its own: equal sheets have equal bytes.</remarks>
    /// <param name="pages">In points.</param>
    /// <param name="title">What a reader's window shows.</param>
    public static byte[] Encode(IReadOnlyList<SheetPage> pages, string title)
    {
        using var stream = new MemoryStream();
        using (var document = SKDocument.CreatePdf(stream, new SKDocumentPdfMetadata { Title = title, Creator = "AmViz", EncodingQuality = Lossless, RasterDpi = SKDocumentPdfMetadata.DefaultRasterDpi }))
        {
            foreach (var page in pages)
            {
                new SheetBrush(document.BeginPage(page.Width, page.Height), unit: null).Draw(page);
                document.EndPage();
            }

            document.Close();
        }

        return stream.ToArray();
    }
}
