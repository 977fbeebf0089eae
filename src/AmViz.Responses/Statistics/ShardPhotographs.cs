namespace AmViz.Responses;

/// <summary>The photographs of a shard as bytes.</summary>
internal static class ShardPhotographs
{
    public static void Write(ShardWriter writer, Photograph photograph)
    {
        writer.Write7BitEncodedInt64(photograph.Number);
        Write(writer, photograph.Digest);
        writer.Write(photograph.Name);
        writer.Write7BitEncodedInt(photograph.Label + 1);
        writer.Write7BitEncodedInt(photograph.Width);
        writer.Write7BitEncodedInt(photograph.Height);
    }

    public static Photograph ReadPhotograph(BinaryReader reader)
        => new(reader.Read7BitEncodedInt64(), ReadDigest(reader), reader.ReadString(), reader.Read7BitEncodedInt() - 1, reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());

    public static void Write(ShardWriter writer, UnreadablePhotograph photograph)
    {
        writer.Write7BitEncodedInt64(photograph.Number);
        writer.Write(photograph.Name);
        writer.Write(photograph.Reason);
    }

    public static UnreadablePhotograph ReadUnreadable(BinaryReader reader) => new(reader.Read7BitEncodedInt64(), reader.ReadString(), reader.ReadString());

    public static void Write(ShardWriter writer, ContentDigest digest)
    {
        Span<byte> bytes = stackalloc byte[ContentDigest.Length];
        digest.CopyTo(bytes);
        writer.Write(bytes);
    }

    public static ContentDigest ReadDigest(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[ContentDigest.Length];
        reader.BaseStream.ReadExactly(bytes);
        return new(bytes);
    }
}
