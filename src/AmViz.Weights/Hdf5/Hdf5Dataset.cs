namespace AmViz.Weights;

/// <summary>A dataset: what it holds and where, and its bytes as one piece.</summary>
internal sealed class Hdf5Dataset
{
    private const int Compact = 0;
    private const int Contiguous = 1;
    private const int Chunked = 2;

    /// <summary>Weights are noise that shrinks by a tenth, pruned ones by more; past this it is a bomb.</summary>
    private const int LargestExpansion = 8;

    private readonly Hdf5Bytes _bytes;
    private readonly string _name;
    private readonly Func<byte[]> _read;

    /// <summary>Reads the description at an address.</summary>
    /// <exception cref="WeightsFormatException">It is no dataset, or one that Keras does not write.</exception>
    public Hdf5Dataset(Hdf5Bytes bytes, ulong address, string name)
    {
        _bytes = bytes;
        _name = name;
        var header = Hdf5Object.Read(bytes, address);
        Object = header;
        byte[] Message(Hdf5MessageType type) => header.Find(type) ?? throw bytes.Damaged($"'{ErrorText.Shorten(name)}' has no {type}, so it is no dataset");
        if (header.Find(Hdf5MessageType.ExternalFiles) is not null)
        {
            throw bytes.Unsupported($"the numbers of '{ErrorText.Shorten(name)}' lie in another file");
        }

        Type = Hdf5Datatype.Read(Message(Hdf5MessageType.Datatype), bytes);
        Shape = Hdf5Dataspace.Read(Message(Hdf5MessageType.Dataspace), bytes);
        ByteCount = (long)Int128.Min((Int128)Hdf5Dataspace.Count(Shape) * Type.Bytes, long.MaxValue);
        _read = Plan(Message(Hdf5MessageType.Layout), header.Find(Hdf5MessageType.Filters));
    }

    public Hdf5Object Object { get; }

    public Hdf5Datatype Type { get; }

    public long[] Shape { get; }

    /// <summary>Bytes of all values; never more than a few times the file.</summary>
    public long ByteCount { get; }

    /// <summary>The values, outermost dimension first, as the file writes them.</summary>
    /// <exception cref="WeightsFormatException">They are not in the file.</exception>
    public byte[] Read() => ByteCount == 0 ? [] : _read();

    // Section IV.A.2.i. Version 4 differs from 3 in chunks only.
    private Func<byte[]> Plan(byte[] layout, byte[]? filters)
    {
        var cursor = new Hdf5Cursor(layout, _bytes);
        var version = cursor.Byte();
        var kind = cursor.Byte();
        if (version is not (3 or 4) || kind > Chunked || (version == 4 && kind == Chunked))
        {
            throw _bytes.Unsupported($"'{ErrorText.Shorten(_name)}' is laid out in a way (version {version}, kind {kind})");
        }

        if (kind == Chunked)
        {
            RequireSize(LargestExpansion * _bytes.Length);
            var chunks = Hdf5Chunks.Read(cursor, filters, this, _name, _bytes, LargestExpansion * _bytes.Length);
            return chunks.ReadAll;
        }

        RequireSize(_bytes.Length);
        if (filters is not null)
        {
            throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' has filters but no chunks");
        }

        return kind == Compact ? PlanCompact(cursor.Take(cursor.UInt16()).ToArray()) : PlanContiguous(cursor.UInt64());
    }

    private Func<byte[]> PlanCompact(byte[] values)
        => () => values.Length >= ByteCount ? values[..(int)ByteCount] : throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' has {values.Length} of {ByteCount} bytes");

    private Func<byte[]> PlanContiguous(ulong address)
        => () => address != Hdf5Bytes.Undefined ? _bytes.Read(address, ByteCount) : throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' was never written");

    private void RequireSize(long most)
    {
        if (ByteCount > Math.Min(most, Array.MaxLength))
        {
            throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' with shape [{string.Join(", ", Shape)}] takes more bytes than can be in the file");
        }
    }
}
