namespace AmViz.Imaging;

/// <summary>File formats that are read, told apart by their first bytes, never by a file name.</summary>
internal enum PictureFormat
{
    /// <summary>None of the below.</summary>
    Unknown,

    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>WebP.</summary>
    Webp,

    /// <summary>Tagged Image File Format, BigTIFF too.</summary>
    Tiff,

    /// <summary>Graphics Interchange Format.</summary>
    Gif,

    /// <summary>Bitmap of Windows and OS/2.</summary>
    Bmp,
}

/// <summary>Tells formats apart.</summary>
public static class PictureFormats
{
    /// <summary>The formats that are read, as messages name them.</summary>
    public const string Names = "PNG, JPEG, WebP, TIFF, GIF or BMP";

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp"];

    /// <summary>Whether a file of a folder is meant as a picture, by the end of its name.</summary>
    public static bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Recognises a format by its signature, so that no other decoder of libvips ever sees foreign bytes.</summary>
    internal static PictureFormat Recognise(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => PictureFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => PictureFormat.Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => PictureFormat.Webp,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => PictureFormat.Tiff,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => PictureFormat.Gif,

        // Two letters could begin anything: the offset of the pixels has two zero bytes in front, and the header behind it a known length.
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124, 0, 0, 0, ..] => PictureFormat.Bmp,
        _ => PictureFormat.Unknown,
    };
}
