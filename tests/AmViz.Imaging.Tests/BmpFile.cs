using System.Buffers.Binary;

namespace AmViz.Imaging.Tests;

/// <summary>BMP files as programs of thirty years wrote them.</summary>
internal static class BmpFile
{
    private const int FileHeader = 14;

    /// <summary>A file with a header of 40 bytes.</summary>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows; negative: from top to bottom.</param>
    /// <param name="bits">Bits a pixel.</param>
    /// <param name="pixels">As they are stored.</param>
    /// <param name="palette">Four bytes a colour (B, G, R, 0), or the masks of <paramref name="compression"/> 3.</param>
    /// <param name="compression">0 none, 1 RLE8, 2 RLE4, 3 bit fields.</param>
    public static byte[] Make(int width, int height, int bits, byte[] pixels, byte[]? palette = null, int compression = 0)
    {
        palette ??= [];
        var header = new byte[40];
        BinaryPrimitives.WriteInt32LittleEndian(header, header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), height);
        header[12] = 1;
        header[14] = (byte)bits;
        header[16] = (byte)compression;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), pixels.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(32), compression == 3 ? 0 : palette.Length / 4);
        return Join(header, palette, pixels);
    }

    /// <summary>A file with the header of 12 bytes of OS/2, 24 bits.</summary>
    public static byte[] MakeOld(int width, int height, byte[] pixels)
    {
        var header = new byte[12];
        header[0] = 12;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)height);
        header[8] = 1;
        header[10] = 24;
        return Join(header, [], pixels);
    }

    /// <summary>A picture as 24 bits, rows from bottom to top, each filled up to four bytes.</summary>
    public static byte[] Of(Picture picture)
    {
        var rows = Enumerable.Range(0, picture.Height).Reverse().SelectMany(y => Row(picture, y));
        return Make(picture.Width, picture.Height, 24, [.. rows]);
    }

    private static IEnumerable<byte> Row(Picture picture, int y)
    {
        var rgb = picture.Rgb.Slice(y * picture.Width * 3, picture.Width * 3).ToArray();
        return rgb.Chunk(3).SelectMany(pixel => pixel.Reverse()).Concat(new byte[(4 - (rgb.Length % 4)) % 4]);
    }

    private static byte[] Join(byte[] header, byte[] palette, byte[] pixels)
    {
        var file = new byte[FileHeader];
        (file[0], file[1]) = ((byte)'B', (byte)'M');
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), FileHeader + header.Length + palette.Length + pixels.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), FileHeader + header.Length + palette.Length);
        return [.. file, .. header, .. palette, .. pixels];
    }
}
