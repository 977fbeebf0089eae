using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace AmViz.Imaging.Tests;

/// <summary>A second reader of PNG files, written from the specification, to check what libvips wrote.</summary>
internal sealed record PngChunks(IReadOnlyList<string> Types, IReadOnlyDictionary<string, string> Text)
{
    public static PngChunks Of(ReadOnlySpan<byte> png)
    {
        var types = new List<string>();
        var text = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            var type = Encoding.ASCII.GetString(png.Slice(at + 4, 4));
            var data = png.Slice(at + 8, length);
            Assert.Equal(Crc32.HashToUInt32(png.Slice(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(png[(at + 8 + length)..]));

            types.Add(type);
            var zero = data.IndexOf((byte)0);
            if (type is "tEXt")
                text.Add(Encoding.Latin1.GetString(data[..zero]), Encoding.Latin1.GetString(data[(zero + 1)..]));
            if (type is "zTXt")
                text.Add(Encoding.Latin1.GetString(data[..zero]), Inflate(data[(zero + 2)..].ToArray()));

            at += length + 12;
        }

        return new PngChunks(types, text);
    }

    private static string Inflate(byte[] zlib)
    {
        using var stream = new ZLibStream(new MemoryStream(zlib), CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
