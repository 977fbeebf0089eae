using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AmViz.Responses;

/// <summary>Writes what <see cref="BinaryReader"/> reads, into memory: tens of millions of small numbers a shard, for which <see cref="BinaryWriter"/> calls a stream byte by byte.</summary>
internal sealed class ShardWriter
{
    private const int LongestNumber = 10;       // bytes of 64 bits, seven at a time

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1 << 16);   // tens of megabytes in the end: those of the shard before
    private int _length;

    /// <summary>All that was written, and its SHA-256; nothing can be written any more.</summary>
    public byte[] ToSignedArray()
    {
        var digest = Room(SHA256.HashSizeInBytes);                      // before the bytes are read: it may move them
        SHA256.HashData(_bytes.AsSpan(0, _length), digest);
        var signed = _bytes.AsSpan(0, _length + SHA256.HashSizeInBytes).ToArray();
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        return signed;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    public void Write(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(Room(sizeof(float)), value);
        _length += sizeof(float);
    }

    public void Write(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Write7BitEncodedInt(length);
        _length += Encoding.UTF8.GetBytes(text, Room(length));
    }

    public void Write7BitEncodedInt(int value) => Write7BitEncoded((uint)value);

    public void Write7BitEncodedInt64(long value) => Write7BitEncoded((ulong)value);

    /// <summary>Writes pairs of numbers: an ascending one as its distance from the one before, then another.</summary>
    public void Write7BitEncoded(ReadOnlySpan<uint> ascending, ReadOnlySpan<int> others)
    {
        var room = Room(2 * LongestNumber * ascending.Length);
        var (used, before) = (0, 0u);
        for (var i = 0; i < ascending.Length; i++)
        {
            used += Encode(ascending[i] - before, room[used..]);
            used += Encode((uint)others[i], room[used..]);
            before = ascending[i];
        }

        _length += used;
    }

    private static int Encode(ulong value, Span<byte> room)
    {
        var used = 0;
        for (; value > 0x7F; value >>= 7)
        {
            room[used++] = (byte)(value | 0x80);
        }

        room[used++] = (byte)value;
        return used;
    }

    private void Write7BitEncoded(ulong value) => _length += Encode(value, Room(LongestNumber));

    private Span<byte> Room(int count)
    {
        if (_length + count > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, checked(2 * _bytes.Length)));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }
}
