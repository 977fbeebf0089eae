using System.Text.Json;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.TestKit;

/// <summary>Stand-ins for PNG files: they carry their record, and a torn one is recognised, which is all that storage and grains ask of a picture.</summary>
public static class FakePictures
{
    private static ReadOnlySpan<byte> Begin => "FAKEPNG\n"u8;

    private static ReadOnlySpan<byte> End => "\nIEND"u8;

    /// <summary>A picture with <paramref name="record"/> inside.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="pixels">Stands for the pixels; other values give other files.</param>
    public static byte[] Encode(ChannelRecord record, string pixels = "pixels")
        => [.. Begin, .. JsonSerializer.SerializeToUtf8Bytes(record, SweepJson.Compact), (byte)'\n', .. System.Text.Encoding.UTF8.GetBytes(pixels), .. End];

    /// <summary>Reads the record back; a <see cref="PictureRecordReader"/>.</summary>
    public static ChannelRecord? ReadRecord(ReadOnlyMemory<byte> picture)
    {
        var file = picture.Span;
        if (!file.StartsWith(Begin) || !file.EndsWith(End))
        {
            return null;
        }

        var json = file[Begin.Length..];
        return JsonSerializer.Deserialize<ChannelRecord>(json[..json.IndexOf((byte)'\n')], SweepJson.Compact);
    }
}
