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

/// <summary>Reads picture files that people bring: PNG, JPEG, WebP, TIFF, GIF and BMP of any size, depth and colour space.</summary>
/// <remarks>
/// Grey and palettes become RGB, 16 bits become 8 (the high byte), floating-point numbers from 0 to 1 (TIFF) become 0 to 255, transparency is laid
/// on a background, a rotation noted in EXIF or TIFF is applied, of an animation the first frame and of a TIFF the first page is taken. An embedded
/// colour profile is ignored, as Pillow and the input pipelines of the networks do; CMYK goes through libvips' own profile.
/// <para>
/// Memory: what <see cref="MaxPixelCount"/> allows, 3 bytes a pixel for the picture and up to 4 more while it is decoded, beside the file itself. Nothing
/// of that is taken before the size is known to be allowed.
/// </para>
/// </remarks>
public static class PictureLoader
{
    /// <summary>Largest picture that is decoded: 100 million pixels (300 MB), a guard against decompression bombs.</summary>
    public const int MaxPixelCount = 100_000_000;

    /// <summary>Largest file that is read, in bytes: what that many pixels take in 16 bits without compression.</summary>
    public const long MaxFileLength = 8L * MaxPixelCount;

    // Less than a single filter of a first layer sees.
    private const int FewPixels = 8;

    private const int Colours = 3;

    private const string FrameCountField = "n-pages";

    /// <summary>Reads a picture file.</summary>
    /// <param name="path">The file; its format is told by its content.</param>
    /// <param name="background">What transparent places show (default: white).</param>
    /// <exception cref="ImagingException">The file is damaged, too large or in another format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Picture Load(string path, Background background = Background.White)
    {
        return Read(path, background).Picture;
    }

    /// <summary>Reads a picture file, and tells what of it is not seen.</summary>
    /// <param name="path">The file; its format is told by its content.</param>
    /// <param name="background">What transparent places show (default: white).</param>
    /// <exception cref="ImagingException">The file is damaged, too large, a folder or in another format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LoadedPicture Read(string path, Background background = Background.White) => Read(ReadFile(path), path, background);

    /// <summary>The bytes of a picture file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ImagingException">It is too long to be a picture that is read, or a folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new UnsupportedPictureException($"{path} is a folder; expected a picture. Name the files in it, such as {Path.Join(path, "*.png")}.");
        }

        return new FileInfo(path) is { Exists: true, Length: > MaxFileLength and var length }
            ? throw new UnsupportedPictureException($"{path} has {length} bytes; at most {MaxFileLength} are read. Shrink it first, or is it no picture?")
            : File.ReadAllBytes(path);
    }

    /// <summary>Width and height of a picture as its file has it, before any rotation that the file notes; pixels are not decoded.</summary>
    /// <param name="bytes">A whole file in one of the formats.</param>
    /// <param name="source">How to call it in errors.</param>
    /// <exception cref="ImagingException">The bytes are damaged, too large or in another format.</exception>
    public static (int Width, int Height) SizeOf(byte[] bytes, string source)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return VipsRuntime.Run(source, () =>
        {
            using var image = OpenHeader(bytes, source);
            return (image.Width, image.Height);
        }, PictureFormats.Recognise(bytes));
    }

    /// <summary>Reads a picture from the bytes of a file.</summary>
    /// <param name="bytes">A whole file in one of the formats.</param>
    /// <param name="background">What transparent places show (default: white).</param>
    /// <exception cref="ImagingException">The bytes are damaged, too large or in another format.</exception>
    public static Picture Load(byte[] bytes, Background background = Background.White)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Read(bytes, "The picture", background).Picture;
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

            // Tiles that cannot be decoded are only a warning there, and black.
            PictureFormat.Tiff => Image.TiffloadBuffer(bytes, failOn: Enums.FailOn.Warning),
            PictureFormat.Gif => Image.GifloadBuffer(bytes, failOn: failOn),
            PictureFormat.Bmp => BmpDecoder.Decode(bytes, source),
            _ => throw new UnsupportedPictureException(ForeignFormat.Explain(source, bytes)),
        };
        try
        {
            RequireSize(image.Width, image.Height, source);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Refuses pictures too large to be decoded.</summary>
    internal static void RequireSize(int width, int height, string source)
    {
        if ((long)width * height > MaxPixelCount)
        {
            throw new UnsupportedPictureException(
                $"{source} is {width} x {height} pixels; expected at most {MaxPixelCount} in all. Shrink it first.");
        }
    }

    /// <summary>Brings an opened image to 8-bit sRGB without transparency and decodes it.</summary>
    /// <exception cref="UnsupportedPictureException">It is neither grey nor RGB nor CMYK.</exception>
    internal static Picture ToSrgb(Image image, Background background, string source = "The picture")
    {
        using var upright = image.Autorot();
        using var srgb = upright.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = srgb.HasAlpha() ? srgb.Flatten(background: [background == Background.White ? 255 : 0]) : srgb.Copy();
        if (opaque.Bands != Colours)
        {
            throw new UnsupportedPictureException($"{source} has {image.Bands} samples a pixel; expected grey, RGB or CMYK, each with or without transparency. Convert it to one of these.");
        }

        using var bytes = opaque.Cast(Enums.BandFormat.Uchar);
        return VipsRuntime.ToPicture(bytes);
    }

    /// <summary>Reads a picture from the bytes of a file, and tells what of it is not seen.</summary>
    /// <param name="bytes">A whole file in one of the formats.</param>
    /// <param name="source">How to call it in errors.</param>
    /// <param name="background">What transparent places show (default: white).</param>
    /// <exception cref="ImagingException">The bytes are damaged, too large or in another format.</exception>
    public static LoadedPicture Read(byte[] bytes, string source, Background background = Background.White)
        => VipsRuntime.Run(source, () =>
        {
            using var opened = OpenHeader(bytes, source);
            using var image = SampleDepth.ToWholeNumbers(opened, source);
            return new LoadedPicture(ToSrgb(image, background, source), FramesOf(image), [.. NotesOn(image, source)]);
        }, PictureFormats.Recognise(bytes));

    internal static int FramesOf(Image image) => image.Contains(FrameCountField) ? (int)image.Get(FrameCountField) : 1;

    internal static IEnumerable<string> FrameNotes(Image image, string source)
        => FramesOf(image) is var frames and > 1 ? [$"{source} holds {frames} pictures (frames or pages); only the first is seen."] : [];

    private static IEnumerable<string> NotesOn(Image image, string source)
    {
        foreach (var note in FrameNotes(image, source))
        {
            yield return note;
        }

        if (image.HasAlpha() && IsBlank(image))
        {
            yield return $"{source} is transparent everywhere; only the background is seen.";
        }

        if (Math.Min(image.Width, image.Height) < FewPixels)
        {
            yield return $"{source} is only {image.Width} x {image.Height} pixels.";
        }
    }

    private static bool IsBlank(Image image)
    {
        using var alpha = image.ExtractBand(image.Bands - 1);
        return alpha.Max() <= 0;
    }
}
