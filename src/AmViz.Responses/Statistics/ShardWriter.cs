using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AmViz.Responses;

/// <summary>Writes what <see cref="BinaryReader"/> reads, into memory: tens of millions of small numbers a shard, for which <see cref="BinaryWriter"/> calls a stream byte by byte.</summary>
internal sealed class ShardWriter
{
    private const int LongestNumber = 10;       // bytes of 64 bits, seven at a time

    private byte[] _bytes = new byte[1 << 16];
    private int _length;

    /// <summary>All that was written, and its SHA-256.</summary>
    public byte[] ToSignedArray()
    {
        SHA256.HashData(_bytes.AsSpan(0, _length), Room(SHA256.HashSizeInBytes));
        return _bytes.AsSpan(0, _length + SHA256.HashSizeInBytes).ToArray();
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

    private void Write7BitEncoded(ulong value)
    {
        var room = Room(LongestNumber);
        var used = 0;
        for (; value > 0x7F; value >>= 7)
        {
            room[used++] = (byte)(value | 0x80);
        }

        room[used++] = (byte)value;
        _length += used;
    }

    private Span<byte> Room(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + count, checked(2 * _bytes.Length)));
        }

        return _bytes.AsSpan(_length);
    }
}
