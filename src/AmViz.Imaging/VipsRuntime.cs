using NetVips;

namespace AmViz.Imaging;

/// <summary>The one door to libvips: settings made once, its exceptions turned into ours.</summary>
internal static class VipsRuntime
{
    // Held for the life of the process: libvips keeps the bare function pointer.
    private static readonly Log.LogDelegate Silence = static (_, _, _) => { };

    static VipsRuntime()
    {
        // Our pictures are small: threads and the operation cache would cost more than they save,
        // and picture threads would take cores from the device's own.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;

        // libvips says "not enough data" on stderr before it also throws; stderr is for our own messages.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silence);
    }

    private const int MostReasons = 3;

    /// <summary>Runs libvips work; a failure there is damage in the input, or with TIFF perhaps one of its countless kinds.</summary>
    /// <exception cref="CorruptPictureException">libvips refused the data.</exception>
    public static T Run<T>(string source, Func<T> work, PictureFormat format = PictureFormat.Unknown)
    {
        try
        {
            return work();
        }
        catch (VipsException e)
        {
            throw new CorruptPictureException(
                format == PictureFormat.Tiff
                    ? $"{source} is damaged, or a TIFF of a kind that is not read: {Reasons(e)} Expected a whole picture; fetch it again, or convert it to PNG."
                    : $"{source} is damaged: {Reasons(e)} Expected a whole picture; fetch or draw it again.",
                e);
        }
    }

    /// <summary>Wraps the pixels of a picture without copying them.</summary>
    public static Image ToImage(Picture picture)
    {
        using var plain = Image.NewFromMemory(picture.Pixels, picture.Width, picture.Height, 3, Enums.BandFormat.Uchar);
        return plain.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>One plane of a picture without colours, that of red.</summary>
    public static Image ToGreyImage(Picture picture)
    {
        using var plain = Image.NewFromMemory(picture.Pixels, picture.Width, picture.Height, 3, Enums.BandFormat.Uchar);
        using var plane = plain.ExtractBand(0);
        return plane.Copy(interpretation: Enums.Interpretation.Bw);
    }

    /// <summary>Decodes an 8-bit, three-band sRGB image.</summary>
    public static Picture ToPicture(Image image)
        => Picture.Own(image.Width, image.Height, image.WriteToMemory<byte>());

    /// <summary>What libvips and its libraries say, which may quote the file.</summary>
    private static string Reasons(VipsException exception)
    {
        var lines = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).Take(MostReasons).ToArray();
        var text = lines.Length == 0 ? "no reason given" : string.Join("; ", lines);
        return string.Concat(text.Select(character => char.IsControl(character) ? '?' : character)) + ".";
    }
}
