using System.Buffers.Binary;

namespace AmViz.Responses;

/// <summary>SHA-256 of a photograph's content: its name wherever it lies.</summary>
/// <remarks>Of a file the digest of its bytes; of a drawn texture that of its pixels. Digests order ties, so they are compared as their text is.</remarks>
public readonly record struct ContentDigest : IComparable<ContentDigest>
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Takes the bytes of a digest.</summary>
    /// <param name="bytes">Exactly <see cref="Length"/>.</param>
    public ContentDigest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"Found {bytes.Length} bytes; a digest has {Length}.", nameof(bytes));
        }

        (_high, _low) = (BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));
    }

    /// <summary>Digest of <paramref name="content"/>.</summary>
    public static ContentDigest Of(ReadOnlySpan<byte> content) => new(System.Security.Cryptography.SHA256.HashData(content));

    /// <summary>Writes the bytes.</summary>
    /// <param name="bytes">At least <see cref="Length"/>.</param>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], _low);
    }

    /// <summary>The order of the text.</summary>
    public int CompareTo(ContentDigest other) => _high.CompareTo(other._high) is var first and not 0 ? first : _low.CompareTo(other._low);

    /// <summary>The order of the text.</summary>
    public static bool operator <(ContentDigest left, ContentDigest right) => left.CompareTo(right) < 0;

    /// <summary>The order of the text.</summary>
    public static bool operator <=(ContentDigest left, ContentDigest right) => left.CompareTo(right) <= 0;

    /// <summary>The order of the text.</summary>
    public static bool operator >(ContentDigest left, ContentDigest right) => left.CompareTo(right) > 0;

    /// <summary>The order of the text.</summary>
    public static bool operator >=(ContentDigest left, ContentDigest right) => left.CompareTo(right) >= 0;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{_high:x32}{_low:x32}";
}
