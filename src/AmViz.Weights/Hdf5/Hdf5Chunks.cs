using System.Buffers.Binary;
using System.IO.Compression;

namespace AmViz.Weights;

/// <summary>A dataset in pieces of one size, which may be compressed: gzip, shuffle and Fletcher-32 as h5py writes them.</summary>
internal sealed class Hdf5Chunks
{
    private const int ChunkTree = 1;
    private const int Deflate = 1;
    private const int Shuffle = 2;
    private const int Fletcher32 = 3;
    private const int ChecksumBytes = 4;

    private readonly Hdf5Bytes _bytes;
    private readonly Hdf5Dataset _dataset;
    private readonly string _name;
    private readonly ulong _tree;
    private readonly long[] _sides;
    private readonly int _chunkBytes;
    private readonly IReadOnlyList<int> _filters;
    private readonly long _most;

    private Hdf5Chunks(Hdf5Bytes bytes, Hdf5Dataset dataset, string name, ulong tree, long[] sides, int chunkBytes, IReadOnlyList<int> filters)
    {
        _bytes = bytes;
        _dataset = dataset;
        _name = name;
        _tree = tree;
        _sides = sides;
        _chunkBytes = chunkBytes;
        _filters = filters;
        _most = sides.Zip(dataset.Shape, (side, size) => (size + side - 1) / side).Aggregate(1L, (product, count) => product * count);
    }

    /// <summary>Reads where the pieces are.</summary>
    /// <param name="layout">The layout message after its class (section IV.A.2.i, version 3).</param>
    /// <param name="pipeline">The filter message; null if nothing is compressed.</param>
    /// <param name="dataset">What is in pieces.</param>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="largest">Most bytes that one piece may take.</param>
    public static Hdf5Chunks Read(Hdf5Cursor layout, byte[]? pipeline, Hdf5Dataset dataset, string name, Hdf5Bytes bytes, long largest)
    {
        var rank = layout.Byte() - 1;
        var root = layout.UInt64();
        var lengths = new long[Math.Clamp(rank, 0, SafetensorsHeader.MostDimensions)];
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = layout.UInt32();
        }

        var size = lengths.Aggregate((Int128)layout.UInt32(), (product, length) => product * length);
        var sound = rank == dataset.Shape.Length && !lengths.Contains(0) && size <= Math.Min(largest, Array.MaxLength - ChecksumBytes)
            && size == (Int128)Hdf5Dataspace.Count(lengths) * dataset.Type.Bytes;
        return sound
            ? new Hdf5Chunks(bytes, dataset, name, root, lengths, (int)size, pipeline is null ? [] : ReadFilters(pipeline, bytes))
            : throw bytes.Damaged($"'{ErrorText.Shorten(name)}' is in chunks of [{string.Join(", ", lengths)}], which do not fit [{string.Join(", ", dataset.Shape)}]");
    }

    /// <summary>All pieces put together.</summary>
    /// <exception cref="WeightsFormatException">One is missing or damaged.</exception>
    public byte[] ReadAll()
    {
        var whole = new byte[_dataset.ByteCount];
        var found = ReadTree(_tree, whole, deepest: byte.MaxValue + 1, found: 0);
        return found == _most
            ? whole
            : throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' has {found} of {_most} chunks");
    }

    // Section III.A.1, nodes of type 1.
    private long ReadTree(ulong address, byte[] whole, int deepest, long found)
    {
        var keyBytes = 8 + (8 * (_sides.Length + 1));
        var head = new Hdf5Cursor(_bytes.ReadSigned(address, 24, "TREE"u8), _bytes);
        head.Skip(4);
        var type = head.Byte();
        int level = head.Byte();
        int count = head.UInt16();
        if (type != ChunkTree || level >= deepest)
        {
            throw _bytes.Damaged($"the tree of '{ErrorText.Shorten(_name)}' is not a tree");
        }

        var cursor = new Hdf5Cursor(_bytes.Read(address + 24, (long)count * (keyBytes + 8)), _bytes);
        for (var i = 0; i < count; i++)
        {
            var key = new Hdf5Cursor(cursor.Take(keyBytes), _bytes);
            var child = cursor.UInt64();
            found = level > 0 ? ReadTree(child, whole, level, found) : ReadChunk(key, child, whole, found + 1);
        }

        return found;
    }

    private long ReadChunk(Hdf5Cursor key, ulong address, byte[] whole, long found)
    {
        var stored = key.UInt32();
        var mask = key.UInt32();
        var place = new long[_sides.Length];
        for (var i = 0; i < place.Length; i++)
        {
            var start = key.UInt64();
            place[i] = start < (ulong)_dataset.Shape[i] && start % (ulong)_sides[i] == 0
                ? (long)start
                : throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' has a chunk outside of its shape");
        }

        if (found > _most)
        {
            throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' has more than {_most} chunks");
        }

        Copy(Decode(_bytes.Read(address, stored), mask), place, whole);
        return found;
    }

    private byte[] Decode(byte[] chunk, uint mask)
    {
        // The last filter that was applied is the first to be undone; a bit of the mask tells that one was left out.
        for (var i = _filters.Count - 1; i >= 0; i--)
        {
            if ((mask >> i & 1) == 0)
            {
                chunk = _filters[i] switch
                {
                    Deflate => Inflate(chunk),
                    Shuffle => Unshuffle(chunk),
                    _ => chunk.Length >= ChecksumBytes ? chunk[..^ChecksumBytes] : throw _bytes.Damaged("a chunk is shorter than its checksum"),
                };
            }
        }

        return chunk.Length == _chunkBytes ? chunk : throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' has a chunk of {chunk.Length} bytes; expected {_chunkBytes}");
    }

    // Never makes more than a chunk and its checksum, however much the compressed bytes would give.
    private byte[] Inflate(byte[] chunk)
    {
        var inflated = new byte[_chunkBytes + ChecksumBytes];
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(chunk), CompressionMode.Decompress);
            var length = zlib.ReadAtLeast(inflated, inflated.Length, throwOnEndOfStream: false);
            return inflated[..length];
        }
        catch (InvalidDataException)
        {
            throw _bytes.Damaged($"'{ErrorText.Shorten(_name)}' has a chunk that cannot be unpacked");
        }
    }

    // First all first bytes of the values, then all second ones, and so on.
    private byte[] Unshuffle(byte[] chunk)
    {
        var size = _dataset.Type.Bytes;
        var count = chunk.Length / size;
        byte[] values = [.. chunk];
        for (var place = 0; place < size; place++)
        {
            for (var i = 0; i < count; i++)
            {
                values[(i * size) + place] = chunk[(place * count) + i];
            }
        }

        return values;
    }

    // Row by row; what of a chunk reaches past the shape is left out.
    private void Copy(byte[] chunk, long[] place, byte[] whole)
    {
        var size = _dataset.Type.Bytes;
        var rank = _sides.Length;
        var rowLength = rank == 0 ? 1 : Math.Min(_sides[^1], _dataset.Shape[^1] - place[^1]);
        var rows = rank == 0 ? 1 : _sides.Take(rank - 1).Aggregate(1L, (product, side) => product * side);
        for (long row = 0; row < rows; row++)
        {
            if (TryFindRow(row, place, out var target))
            {
                var source = rank == 0 ? 0 : row * _sides[^1];
                chunk.AsSpan((int)(source * size), (int)(rowLength * size)).CopyTo(whole.AsSpan((int)(target * size)));
            }
        }
    }

    private bool TryFindRow(long row, long[] place, out long target)
    {
        target = place.Length == 0 ? 0 : place[^1];
        var stride = place.Length == 0 ? 1 : _dataset.Shape[^1];
        for (var axis = place.Length - 2; axis >= 0; axis--)
        {
            var at = place[axis] + (row % _sides[axis]);
            row /= _sides[axis];
            if (at >= _dataset.Shape[axis])
            {
                return false;
            }

            target += at * stride;
            stride *= _dataset.Shape[axis];
        }

        return true;
    }

    // Section IV.A.2.l, versions 1 and 2.
    private static List<int> ReadFilters(byte[] message, Hdf5Bytes bytes)
    {
        var cursor = new Hdf5Cursor(message, bytes);
        var version = cursor.Byte();
        int count = cursor.Byte();
        cursor.Skip(version == 1 ? 6 : 0);
        var ids = new List<int>();
        for (var i = 0; i < count; i++)
        {
            int id = cursor.UInt16();
            var nameLength = version == 1 || id >= 256 ? cursor.UInt16() : 0;
            cursor.Skip(2);
            int values = cursor.UInt16();
            cursor.Skip(nameLength);
            cursor.Skip(4 * (values + (version == 1 ? values % 2 : 0)));
            ids.Add(id is Deflate or Shuffle or Fletcher32 ? id : throw bytes.Unsupported($"numbers are packed by filter {id}"));
        }

        return ids;
    }
}
