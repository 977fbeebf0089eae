
namespace AmViz.Weights;

/// <summary>Kinds of messages in an object's header that matter here; numbers of the format's specification, section IV.A.2.</summary>
internal enum Hdf5MessageType
{
    Dataspace = 0x01,
    LinkInfo = 0x02,
    Datatype = 0x03,
    Link = 0x06,
    ExternalFiles = 0x07,
    Layout = 0x08,
    Filters = 0x0B,
    Attribute = 0x0C,
    Continuation = 0x10,
    SymbolTable = 0x11,
}

/// <summary>One message.</summary>
internal sealed record Hdf5Message(Hdf5MessageType Type, byte[] Body);

/// <summary>A group or a dataset: the messages of its header.</summary>
internal sealed class Hdf5Object
{
    private const byte SharedFlag = 2;

    // An object of Keras has a dozen messages, one more for each attribute.
    private const int MostMessages = 4096;

    private readonly Hdf5Bytes _bytes;
    private readonly List<Hdf5Message> _messages = [];
    private readonly Queue<(ulong Address, ulong Length)> _blocks = [];

    private Hdf5Object(Hdf5Bytes bytes) => _bytes = bytes;

    /// <summary>Reads the header at an address, of version 1 or 2 (specification, section IV.A.1).</summary>
    /// <exception cref="WeightsFormatException">There is none.</exception>
    public static Hdf5Object Read(Hdf5Bytes bytes, ulong address)
    {
        var read = new Hdf5Object(bytes);
        var first = bytes.Read(address, 1)[0];
        if (first == 1)
        {
            read.ReadVersion1(address);
        }
        else
        {
            read.ReadVersion2(address);
        }

        return read;
    }

    public IEnumerable<byte[]> All(Hdf5MessageType type) => _messages.Where(message => message.Type == type).Select(message => message.Body);

    public byte[]? Find(Hdf5MessageType type) => All(type).FirstOrDefault();

    private void ReadVersion1(ulong address)
    {
        var cursor = new Hdf5Cursor(_bytes.Read(address, 12), _bytes);
        cursor.Skip(8);
        _blocks.Enqueue((address + 16, cursor.UInt32()));
        while (_blocks.TryDequeue(out var block))
        {
            var body = new Hdf5Cursor(_bytes.Read(block.Address, (long)block.Length), _bytes);
            while (body.Left >= 8)
            {
                int type = body.UInt16();
                int length = body.UInt16();
                var flags = body.Byte();
                body.Skip(3);
                Add(type, flags, body.Take(length));
            }
        }
    }

    private void ReadVersion2(ulong address)
    {
        var flags = _bytes.ReadSigned(address, 6, "OHDR"u8)[5];
        var before = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
        var sizeBytes = 1 << (flags & 3);
        var cursor = new Hdf5Cursor(_bytes.Read(address + (ulong)before, sizeBytes), _bytes);
        ReadMessages(_bytes.Read(address + (ulong)(before + sizeBytes), (long)Math.Min(cursor.Sized(sizeBytes), long.MaxValue)), flags);
        while (_blocks.TryDequeue(out var block))
        {
            var continued = _bytes.ReadSigned(block.Address, (long)block.Length, "OCHK"u8);
            ReadMessages(continued.AsSpan(4, Math.Max(continued.Length - 8, 0)), flags);
        }
    }

    private void ReadMessages(ReadOnlySpan<byte> block, byte headerFlags)
    {
        var order = (headerFlags & 4) != 0 ? 2 : 0;
        var cursor = new Hdf5Cursor(block, _bytes);
        while (cursor.Left >= 4 + order)
        {
            int type = cursor.Byte();
            int length = cursor.UInt16();
            var flags = cursor.Byte();
            cursor.Skip(order);
            Add(type, flags, cursor.Take(length));
        }
    }

    private void Add(int type, byte flags, ReadOnlySpan<byte> body)
    {
        if (!Enum.IsDefined((Hdf5MessageType)type))
        {
            return;
        }

        if ((flags & SharedFlag) != 0)
        {
            throw _bytes.Unsupported("it shares descriptions between objects");
        }

        if (_messages.Count == MostMessages)
        {
            throw _bytes.Damaged($"an object has more than {MostMessages} messages");
        }

        if ((Hdf5MessageType)type == Hdf5MessageType.Continuation)
        {
            var cursor = new Hdf5Cursor(body, _bytes);
            _blocks.Enqueue((cursor.UInt64(), Math.Min(cursor.UInt64(), long.MaxValue)));
            return;
        }

        _messages.Add(new Hdf5Message((Hdf5MessageType)type, body.ToArray()));
    }
}
