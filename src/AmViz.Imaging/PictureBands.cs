using NetVips;

namespace AmViz.Imaging;

/// <summary>The bands of a picture file as they are stored, for networks whose channels are not the colours of a picture.</summary>
/// <param name="Planes">A grey picture for each band.</param>
/// <param name="Text">The PNG text of the file; empty for other formats.</param>
/// <param name="FrameCount">Frames or pages of the file, of which these are the first.</param>
/// <param name="Notes">Sentences about what is not seen of the file; most often none.</param>
public sealed record PictureBands(IReadOnlyList<Picture> Planes, IReadOnlyDictionary<string, string> Text, int FrameCount, IReadOnlyList<string> Notes)
{
    /// <summary>Reads them: no colour is converted, transparency is a band like others, 16 bits become 8 (the high byte).</summary>
    /// <param name="bytes">A whole picture file.</param>
    /// <param name="source">How to call it in errors.</param>
    /// <exception cref="ImagingException">The bytes are damaged, too large or in a format that is not read.</exception>
    public static PictureBands Read(byte[] bytes, string source)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return VipsRuntime.Run(source, () =>
        {
            using var opened = PictureLoader.OpenHeader(bytes, source);
            using var image = SampleDepth.ToWholeNumbers(opened, source);
            using var upright = image.Autorot();
            using var eight = upright.Format is Enums.BandFormat.Ushort ? upright.Cast(Enums.BandFormat.Uchar, shift: true) : upright.Cast(Enums.BandFormat.Uchar);
            return new PictureBands([.. Enumerable.Range(0, eight.Bands).Select(band => Plane(eight, band))], PngCodec.TextOf(opened), PictureLoader.FramesOf(opened), [.. PictureLoader.FrameNotes(opened, source)]);
        }, PictureFormats.Recognise(bytes));
    }

    private static Picture Plane(Image image, int band)
    {
        using var plane = image.ExtractBand(band);
        using var grey = plane.Bandjoin(plane, plane);
        return VipsRuntime.ToPicture(grey);
    }
}
