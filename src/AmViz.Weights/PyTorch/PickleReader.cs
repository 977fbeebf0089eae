using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AmViz.Weights;

/// <summary>Reads the arguments of pickle instructions, piece by piece; nothing is ever read past the limit.</summary>
/// <remarks>Several pickles may follow one another in a stream: <see cref="Consumed"/> tells where the next begins. What is held is a small piece of the file.</remarks>
/// <param name="stream">The pickle begins at its position; it can seek.</param>
/// <param name="longest">Most bytes that the pickle may have; the end of the stream ends it too.</param>
/// <param name="file">How to call the file in an error.</param>
internal sealed class PickleReader(Stream stream, long longest, string file)
{
    /// <summary>Numbers written as text are at most 20 digits where they fit into 64 bits; longer ones mean nothing here.</summary>
    private const int LongestNumber = 64;

    private const int PieceLength = 8192;

    private readonly long _start = stream.Position;
    private readonly long _end = Math.Min(stream.Length, stream.Position + longest);
    private byte[] _piece = [];
    private int _position;
    private int _filled;
    private long _pieceStart = stream.Position;

    /// <summary>Bytes that were read so far.</summary>
    public long Consumed => _pieceStart + _position - _start;

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
    public void Skip(ulong length)
    {
        Require(length);
        var next = _pieceStart + _position + (long)length;
        if (next <= _pieceStart + _filled)
        {
            _position += (int)length;
            return;
        }

        (_pieceStart, _position, _filled) = (next, 0, 0);
    }

    /// <summary>A whole number of so many bytes, two's complement; null if it does not fit into 64 bits.</summary>
    public long? ReadLong(ulong length)
    {
        if (length > 8)
        {
            Skip(length);
            return null;
        }

        var digits = Take(length);
        if (digits.Length == 0)
        {
            return 0;
        }

        Span<byte> whole = stackalloc byte[8];
        whole.Fill(digits[^1] >= 0x80 ? (byte)0xFF : (byte)0);
        digits.CopyTo(whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }

    /// <summary>A whole number on a line of its own, with or without Python's L; null if it does not fit into 64 bits.</summary>
    public long? ReadLineNumber()
    {
        var line = ReadLine().TrimEnd('L');
        return line.Length <= LongestNumber && long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>A text up to the end of the line.</summary>
    public string ReadLine()
    {
        var looked = 0;
        while (true)
        {
            var found = _piece.AsSpan(_position + looked, _filled - _position - looked).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = Encoding.UTF8.GetString(_piece, _position, looked + found);
                _position += looked + found + 1;
                return line;
            }

            looked = _filled - _position;
            Hold((ulong)looked + 1);
        }
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        Hold(length);
        _position += (int)length;
        return _piece.AsSpan(_position - (int)length, (int)length);
    }

    /// <summary>Reads on until so many bytes lie in the piece at the position.</summary>
    private void Hold(ulong length)
    {
        Require(length);
        if (length <= (ulong)(_filled - _position))
        {
            return;
        }

        var kept = _filled - _position;
        var left = _end - _pieceStart - _position;
        var wanted = (int)Math.Min(left, Math.Max(Math.Max((long)length, PieceLength), 2L * kept));
        var next = wanted > _piece.Length ? new byte[wanted] : _piece;
        _piece.AsSpan(_position, kept).CopyTo(next);
        _pieceStart += _position;
        (_piece, _position) = (next, 0);
        stream.Position = _pieceStart + kept;
        _filled = kept + stream.ReadAtLeast(_piece.AsSpan(kept, wanted - kept), wanted - kept, throwOnEndOfStream: false);
        if (_filled < (int)length)
        {
            throw CutOff();
        }
    }

    private void Require(ulong length)
    {
        if (length > (ulong)(_end - _pieceStart - _position))
        {
            throw CutOff();
        }
    }

    private WeightsFormatException CutOff() => PyTorchErrors.Damaged(file, _end - _start == longest && longest < stream.Length - _start
        ? $"its pickle has more than {longest} bytes"
        : $"its pickle is cut off at byte {Consumed} of {_end - _start}");
}
