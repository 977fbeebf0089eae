using System.Text;

namespace AmViz.Weights;

/// <summary>A group: its members by name. Links that lead elsewhere, to a path or into another file, are never followed.</summary>
internal sealed class Hdf5Group
{
    private const ulong LinkTable = 0;
    private const uint SoftLink = 2;
    private const int EntryBytes = 40;

    private readonly Hdf5Bytes _bytes;
    private readonly Dictionary<string, ulong?> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the names of its members.</summary>
    /// <exception cref="WeightsFormatException">It is no group, or kept in a way that Keras does not use.</exception>
    public Hdf5Group(Hdf5Bytes bytes, ulong address)
    {
        _bytes = bytes;
        Object = Hdf5Object.Read(bytes, address);
        if (Object.Find(Hdf5MessageType.SymbolTable) is { } table)
        {
            var cursor = new Hdf5Cursor(table, bytes);
            ReadTree(cursor.UInt64(), HeapData(cursor.UInt64()), deepest: byte.MaxValue);
        }

        foreach (var link in Object.All(Hdf5MessageType.Link))
        {
            ReadLink(link);
        }

        RequireCompactLinks();
    }

    public Hdf5Object Object { get; }

    /// <summary>What its members are called, links that lead elsewhere included.</summary>
    public IEnumerable<string> Names => _members.Keys;

    /// <summary>Address of a member that lies in this file; null if there is none of that name.</summary>
    /// <exception cref="WeightsFormatException">It is a link that leads elsewhere.</exception>
    public ulong? Find(string name) => _members.TryGetValue(name, out var address)
        ? address ?? throw _bytes.Unsupported($"'{ErrorText.Shorten(name)}' is a link to another place or file")
        : null;

    // Names lie in a heap of their own (specification, section III.D).
    private ulong HeapData(ulong heap)
    {
        var cursor = new Hdf5Cursor(_bytes.ReadSigned(heap, 32, "HEAP"u8), _bytes);
        cursor.Skip(24);
        return cursor.UInt64();
    }

    // Section III.A.1: a node of links points at nodes of a lower level, the lowest at tables of symbols.
    private void ReadTree(ulong address, ulong heap, int deepest)
    {
        var head = new Hdf5Cursor(_bytes.ReadSigned(address, 24, "TREE"u8), _bytes);
        head.Skip(4);
        var type = head.Byte();
        int level = head.Byte();
        int count = head.UInt16();
        if (type != LinkTable || level >= deepest)
        {
            throw _bytes.Damaged("the tree of a group is not a tree");
        }

        var cursor = new Hdf5Cursor(_bytes.Read(address + 24, (16L * count) + 8), _bytes);
        for (var i = 0; i < count; i++)
        {
            cursor.Skip(8);
            var child = cursor.UInt64();
            if (level > 0)
            {
                ReadTree(child, heap, level);
            }
            else
            {
                ReadSymbols(child, heap);
            }
        }
    }

    private void ReadSymbols(ulong address, ulong heap)
    {
        var head = new Hdf5Cursor(_bytes.ReadSigned(address, 8, "SNOD"u8), _bytes);
        head.Skip(6);
        int count = head.UInt16();
        var cursor = new Hdf5Cursor(_bytes.Read(address + 8, (long)EntryBytes * count), _bytes);
        for (var i = 0; i < count; i++)
        {
            var name = cursor.UInt64();
            var target = cursor.UInt64();
            var kind = cursor.UInt32();
            cursor.Skip(20);
            Add(_bytes.ReadText(unchecked(heap + name)), kind == SoftLink ? null : target);
        }
    }

    // Section IV.A.2.g: the links of a small group of the newer kind.
    private void ReadLink(byte[] message)
    {
        var cursor = new Hdf5Cursor(message, _bytes);
        cursor.Skip(1);
        var flags = cursor.Byte();
        var hard = (flags & 8) == 0 || cursor.Byte() == 0;
        cursor.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
        var length = cursor.Sized(1 << (flags & 3));
        var name = Encoding.UTF8.GetString(cursor.Take((int)Math.Min(length, int.MaxValue)));
        Add(name, hard ? cursor.UInt64() : null);
    }

    // A group of more than eight links of the newer kind keeps them in a heap with a tree of its own; only libver="latest" writes that.
    private void RequireCompactLinks()
    {
        if (Object.Find(Hdf5MessageType.LinkInfo) is { } info)
        {
            var cursor = new Hdf5Cursor(info, _bytes);
            cursor.Skip(1);
            cursor.Skip((cursor.Byte() & 1) != 0 ? 8 : 0);
            if (cursor.UInt64() != Hdf5Bytes.Undefined)
            {
                throw _bytes.Unsupported("a group keeps its links in a heap (libver=\"latest\")");
            }
        }
    }

    private void Add(string name, ulong? address)
    {
        if (_members.Count == SafetensorsHeader.MostTensors)
        {
            throw _bytes.Damaged($"a group has more than {SafetensorsHeader.MostTensors} members");
        }

        if (!_members.TryAdd(name, address))
        {
            throw _bytes.Damaged($"'{ErrorText.Shorten(name)}' stands twice in a group");
        }
    }
}
