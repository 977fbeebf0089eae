using System.Buffers.Binary;
using System.Text;

namespace AmViz.Weights;

/// <summary>The bytes of an HDF5 file by address, within its length and within a budget of work.</summary>
/// <remarks>
/// Every structure of the format points at others by address, so a damaged file can lead in circles or read the same bytes again and again. Each
/// look costs of a budget that a sound file never comes near; when it is spent, the file is refused.
/// </remarks>
internal sealed class Hdf5Bytes(Stream stream, string file)
{
    /// <summary>The address of what is not there.</summary>
    public const ulong Undefined = ulong.MaxValue;

    // A look costs its bytes and that many more, which is about what it costs in time.
    private const long PriceOfALook = 64;

    // A thousand layers are opened for 2 MB; reading every tensor adds the file's length.
    private long _budget = (8 * stream.Length) + (64 << 20);

    public long Length => stream.Length;

    /// <summary>Bytes at an address.</summary>
    /// <exception cref="WeightsFormatException">They are not all in the file, or the budget is spent.</exception>
    public byte[] Read(ulong address, long length)
    {
        Require(address, length);
        var bytes = new byte[length];
        ReadInto(address, bytes);
        return bytes;
    }

    /// <summary>As <see cref="Read"/>, into memory that is there.</summary>
    public void ReadInto(ulong address, Span<byte> into)
    {
        Require(address, into.Length);
        _budget -= into.Length + PriceOfALook;
        if (_budget < 0)
        {
            throw Damaged("it leads in circles");
        }

        try
        {
            stream.Position = (long)address;
            stream.ReadExactly(into);
        }
        catch (EndOfStreamException e)
        {
            throw new WeightsFormatException($"{file}: became shorter while it was read. Do not write to weights in use.", e);
        }
    }

    /// <summary>Four letters that begin a structure, and what stands behind them.</summary>
    /// <exception cref="WeightsFormatException">Others stand there.</exception>
    public byte[] ReadSigned(ulong address, long length, ReadOnlySpan<byte> signature)
    {
        var bytes = Read(address, length);
        return bytes.AsSpan().StartsWith(signature)
            ? bytes
            : throw Damaged($"at byte {address} there is no {Encoding.ASCII.GetString(signature)}");
    }

    /// <summary>A text that ends with a zero byte.</summary>
    /// <exception cref="WeightsFormatException">It does not end within a length.</exception>
    public string ReadText(ulong address)
    {
        const int longest = 1024;
        var bytes = Read(address, Math.Clamp(Length - (long)Math.Min(address, long.MaxValue), 0, longest));
        var end = Array.IndexOf(bytes, (byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(bytes, 0, end) : throw Damaged($"at byte {address} there is a name without an end");
    }

    public WeightsFormatException Damaged(string problem)
        => new($"{file}: {problem}. The file is damaged or not one that Keras wrote; get it again from its source.");

    public WeightsFormatException Unsupported(string what)
        => new($"{file}: {what}, which Keras does not write and is not read here. Save it again with h5py's default settings, or convert it to safetensors.");

    private void Require(ulong address, long length)
    {
        if (length < 0 || address > (ulong)Length || (ulong)length > (ulong)Length - address)
        {
            throw Damaged($"{length} bytes are expected at byte {address}, but it ends at byte {Length}");
        }
    }
}

/// <summary>Reads little-endian numbers one after the other.</summary>
internal ref struct Hdf5Cursor(ReadOnlySpan<byte> bytes, Hdf5Bytes owner)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of 1, 2, 4 or 8 bytes.</summary>
    public ulong Sized(int bytes) => bytes switch { 1 => Byte(), 2 => UInt16(), 4 => UInt32(), _ => UInt64() };

    public void Skip(int count) => Take(count);

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw owner.Damaged("a structure is shorter than it says");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
