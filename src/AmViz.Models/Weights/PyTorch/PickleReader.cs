using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AmViz.Models;

/// <summary>Reads the arguments of pickle instructions; nothing is ever read past the end of the bytes.</summary>
/// <param name="bytes">The whole pickle.</param>
/// <param name="file">How to call the file in an error.</param>
internal sealed class PickleReader(byte[] bytes, string file)
{
    /// <summary>Numbers written as text are at most 20 digits where they fit into 64 bits; longer ones mean nothing here.</summary>
    private const int LongestNumber = 64;

    private int position;

    public PickleOpcode ReadOpcode() => (PickleOpcode)ReadByte();

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Eight bytes, the highest first: pickle's one big-endian format.</summary>
    public double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A text in UTF-8; half characters, which Python lets through, become replacement characters.</summary>
    public string ReadText(ulong length) => Encoding.UTF8.GetString(Take(length));

    /// <summary>Bytes that nobody needs.</summary>
    public void Skip(ulong length) => Take(length);

    /// <summary>A whole number of so many bytes, two's complement; null if it does not fit into 64 bits.</summary>
    public long? ReadLong(ulong length)
    {
        ReadOnlySpan<byte> digits = Take(length);
        if (digits.Length is 0 or > 8)
        {
            return digits.Length == 0 ? 0 : null;
        }

        Span<byte> whole = stackalloc byte[8];
        whole.Fill(digits[^1] >= 0x80 ? (byte)0xFF : (byte)0);
        digits.CopyTo(whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }

    /// <summary>A whole number on a line of its own, with or without Python's L; null if it does not fit into 64 bits.</summary>
    public long? ReadLineNumber()
    {
        string line = ReadLine().TrimEnd('L');
        return line.Length <= LongestNumber && long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    /// <summary>A text up to the end of the line.</summary>
    public string ReadLine()
    {
        int length = bytes.AsSpan(position).IndexOf((byte)'\n');
        if (length < 0)
        {
            throw CutOff();
        }

        string line = Encoding.UTF8.GetString(bytes, position, length);
        position += length + 1;
        return line;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(bytes.Length - position))
        {
            throw CutOff();
        }

        ReadOnlySpan<byte> taken = bytes.AsSpan(position, (int)length);
        position += (int)length;
        return taken;
    }

    private WeightsFormatException CutOff() => PyTorchErrors.Damaged(file, $"its pickle is cut off at byte {position} of {bytes.Length}");
}
