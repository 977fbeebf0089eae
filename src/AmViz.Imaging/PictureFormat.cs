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
}

internal static class PictureFormats
{
    /// <summary>Recognises a format by its signature, so that no other decoder of libvips ever sees foreign bytes.</summary>
    public static PictureFormat Recognise(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => PictureFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => PictureFormat.Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => PictureFormat.Webp,
        _ => PictureFormat.Unknown,
    };
}
