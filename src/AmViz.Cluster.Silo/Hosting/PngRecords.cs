using System.Text.Json;
using AmViz.Imaging;
using AmViz.Sweeps;

namespace AmViz.Cluster.Silo;

/// <summary>Reads the records that pictures carry.</summary>
public static class PngRecords
{
    /// <summary>The record in the text of a PNG.</summary>
    /// <param name="picture">The whole file.</param>
    /// <returns>Null if the file is torn, is no PNG, or carries no record that can be read.</returns>
    public static ChannelRecord? Read(ReadOnlyMemory<byte> picture)
    {
        try
        {
            // The whole picture is decoded: a file that ends early must not pass for one.
            var text = PngCodec.Decode(picture.ToArray()).Text;
            return text.TryGetValue(ChannelRecord.TextKey, out var json)
                && JsonSerializer.Deserialize<ChannelRecord>(json, SweepJson.Compact) is { FormatVersion: <= ChannelRecord.CurrentFormatVersion } record
                    ? record
                    : null;
        }
        catch (Exception e) when (e is ImagingException or JsonException)
        {
            return null;
        }
    }
}
