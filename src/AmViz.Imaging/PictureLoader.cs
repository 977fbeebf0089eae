using NetVips;

namespace AmViz.Imaging;

/// <summary>What shows through where a picture is transparent.</summary>
public enum Background
{
    /// <summary>White, as a page or a viewer shows it.</summary>
    White,

    /// <summary>Black.</summary>
    Black,
}

/// <summary>Reads picture files that people bring: PNG, JPEG and WebP of any size, depth and colour space.</summary>
/// <remarks>
/// Grey becomes RGB, 16 bits become 8 (the high byte), transparency is laid on a background, a rotation noted in EXIF is
/// applied, of an animation the first frame is taken. An embedded colour profile is ignored, as Pillow and the input
/// pipelines of the networks do; CMYK goes through libvips' own profile.
/// </remarks>
public static class PictureLoader
{
    /// <summary>Largest picture that is decoded: 100 million pixels (300 MB), a guard against decompression bombs.</summary>
    public const int MaxPixelCount = 100_000_000;

    /// <summary>Reads a picture file.</summary>
    /// <param name="path">The file; its format is told by its content.</param>
    /// <param name="background">What transparent places show (default: white).</param>
    /// <exception cref="ImagingException">The file is damaged, too large or in another format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Picture Load(string path, Background background = Background.White)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new UnsupportedPictureException($"{path} is a folder; expected the file of a picture. To name all of a folder's write {Path.Join(path, "*.png")}.");
        }

        return Load(File.ReadAllBytes(path), path, background);
    }

    /// <summary>Reads a picture from the bytes of a file.</summary>
    /// <param name="bytes">A whole PNG, JPEG or WebP file.</param>
    /// <param name="background">What transparent places show (default: white).</param>
    /// <exception cref="ImagingException">The bytes are damaged, too large or in another format.</exception>
    public static Picture Load(byte[] bytes, Background background = Background.White)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Load(bytes, "The picture", background);
    }

    /// <summary>Reads size and metadata; pixels are decoded when asked for, and then a missing end is an error.</summary>
    internal static Image OpenHeader(byte[] bytes, string source)
    {
        const Enums.FailOn failOn = Enums.FailOn.Truncated;
        var image = PictureFormats.Recognise(bytes) switch
        {
            PictureFormat.Png => Image.PngloadBuffer(bytes, failOn: failOn),
            PictureFormat.Jpeg => Image.JpegloadBuffer(bytes, failOn: failOn),
            PictureFormat.Webp => Image.WebploadBuffer(bytes, failOn: failOn),
            _ => throw new UnsupportedPictureException(
                $"{source} is neither PNG nor JPEG nor WebP, by its first bytes. Convert it to one of these."),
        };
        if ((long)image.Width * image.Height <= MaxPixelCount)
            return image;

        using (image)
        {
            throw new UnsupportedPictureException(
                $"{source} is {image.Width} x {image.Height} pixels; expected at most {MaxPixelCount} in all. Shrink it first.");
        }
    }

    /// <summary>Brings an opened image to 8-bit sRGB without transparency and decodes it.</summary>
    internal static Picture ToSrgb(Image image, Background background)
    {
        using var upright = image.Autorot();
        using var srgb = upright.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = srgb.HasAlpha() ? srgb.Flatten(background: [background == Background.White ? 255 : 0]) : srgb.Copy();
        using var bytes = opaque.Cast(Enums.BandFormat.Uchar);
        return VipsRuntime.ToPicture(bytes);
    }

    private static Picture Load(byte[] bytes, string source, Background background) =>
        VipsRuntime.Run(source, () =>
        {
            using var image = OpenHeader(bytes, source);
            return ToSrgb(image, background);
        });
}
