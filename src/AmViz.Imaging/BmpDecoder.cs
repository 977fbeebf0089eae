using System.Buffers.Binary;
using NetVips;
using SkiaSharp;

namespace AmViz.Imaging;

/// <summary>Reads BMP, which libvips does not: 1 to 32 bits, run-length encoded, top-down, of Windows and OS/2, by Skia.</summary>
internal static class BmpDecoder
{
    private const int BytesPerPixel = 4;
    private const int FileHeader = 14;
    private const int OldInfoHeader = 12;

    /// <summary>Decodes a BMP to 8-bit sRGB with transparency; places that a run-length encoding skips are transparent.</summary>
    /// <exception cref="CorruptPictureException">It is damaged or cut short.</exception>
    /// <exception cref="UnsupportedPictureException">It is too large.</exception>
    public static Image Decode(byte[] bytes, string source)
    {
        using var stream = new SKMemoryStream(bytes);
        using var codec = SKCodec.Create(stream, out var opened)
            ?? throw Damaged(source, $"its header is not that of a BMP ({opened})");
        PictureLoader.RequireSize(codec.Info.Width, codec.Info.Height, source);
        if (PixelBytes(bytes) > bytes.Length)
        {
            // Said before memory is taken: a header of some bytes may claim a hundred million pixels.
            throw Damaged(source, "it ends before its last row");
        }

        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var decoded = codec.GetPixels(info, out var rgba);
        if (decoded != SKCodecResult.Success)
        {
            throw Damaged(source, decoded == SKCodecResult.IncompleteInput ? "it ends before its last row" : $"its pixels cannot be decoded ({decoded})");
        }

        using var plain = Image.NewFromMemory(rgba, info.Width, info.Height, BytesPerPixel, Enums.BandFormat.Uchar);
        return plain.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>Bytes that a file without run-length encoding must have at least; 0 for the others, which may leave out any pixel.</summary>
    private static long PixelBytes(byte[] bytes)
    {
        var header = bytes.AsSpan(FileHeader);
        var isOld = BinaryPrimitives.ReadInt32LittleEndian(header) == OldInfoHeader;
        long width = isOld ? BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) : BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        var height = isOld ? BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) : Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(header[8..]));
        long bits = BinaryPrimitives.ReadUInt16LittleEndian(header[(isOld ? 10 : 14)..]);
        var isPlain = isOld || header.Length < 20 || BinaryPrimitives.ReadInt32LittleEndian(header[16..]) is not (1 or 2);
        const int bitsOfRowUnit = 32;
        return isPlain ? (width * bits + bitsOfRowUnit - 1) / bitsOfRowUnit * (bitsOfRowUnit / 8) * height : 0;
    }

    private static CorruptPictureException Damaged(string source, string reason)
        => new($"{source} is damaged: {reason}. Expected a whole BMP; fetch or save it again.");
}
