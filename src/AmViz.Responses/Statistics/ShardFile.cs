using System.Security.Cryptography;

namespace AmViz.Responses;

/// <summary>A shard as bytes, and back. Equal statistics give equal bytes.</summary>
/// <remarks>
/// Numbers of variable length, buckets as distances from one another, and the SHA-256 of all before at the end. Little-endian.
/// </remarks>
public static class ShardFile
{
    private const int FormatVersion = 1;

    private static ReadOnlySpan<byte> Magic => "AMVRESP\0"u8;

    /// <summary>The bytes of a shard.</summary>
    public static byte[] Write(ShardStatistics shard)
    {
        var writer = new ShardWriter();
        writer.Write(Magic);
        writer.Write7BitEncodedInt(FormatVersion);
        writer.Write7BitEncodedInt(shard.Index);
        writer.Write(shard.Environment);
        Write(writer, shard.Photographs, ShardPhotographs.Write);
        Write(writer, shard.Unreadable, ShardPhotographs.Write);
        foreach (var layer in shard.Layers)
        {
            ShardChannels.Write(writer, layer);
        }

        return writer.ToSignedArray();
    }

    /// <summary>Reads the bytes of a shard.</summary>
    /// <param name="plan">The pass that it belongs to.</param>
    /// <param name="bytes">As <see cref="Write(ShardStatistics)"/> made them.</param>
    /// <exception cref="InvalidDataException">They are damaged, or of another version.</exception>
    public static ShardStatistics Read(ResponsePlan plan, ReadOnlySpan<byte> bytes)
    {
        var body = bytes[..^Math.Min(bytes.Length, SHA256.HashSizeInBytes)];
        if (!body.StartsWith(Magic) || !SHA256.HashData(body).AsSpan().SequenceEqual(bytes[body.Length..]))
        {
            throw new InvalidDataException($"found {bytes.Length} bytes whose check sum is not theirs");
        }

        using var reader = new BinaryReader(new MemoryStream(body[Magic.Length..].ToArray()), System.Text.Encoding.UTF8);
        var version = reader.Read7BitEncodedInt();
        if (version != FormatVersion)
        {
            throw new InvalidDataException($"found format version {version}; this program reads {FormatVersion}");
        }

        var (index, environment) = (reader.Read7BitEncodedInt(), reader.ReadString());
        return new(
            index, environment, Read(reader, ShardPhotographs.ReadPhotograph), Read(reader, ShardPhotographs.ReadUnreadable),
            [.. plan.Layers.Select(layer => ShardChannels.Read(reader, layer.Channels, plan.Photographs.Labels.Count))]);
    }

    internal static void Write<T>(ShardWriter writer, IReadOnlyCollection<T> items, Action<ShardWriter, T> write)
    {
        writer.Write7BitEncodedInt(items.Count);
        foreach (var item in items)
        {
            write(writer, item);
        }
    }

    internal static T[] Read<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var items = new T[reader.Read7BitEncodedInt()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = read(reader);
        }

        return items;
    }
}
