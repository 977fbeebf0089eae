using System.Text;

namespace AmViz.Weights;

/// <summary>Reads attributes that are lists of texts.</summary>
internal static class Hdf5Texts
{
    private const int HeapIdBytes = 16;

    /// <summary>The texts of an attribute; null if the object has none of that name.</summary>
    /// <exception cref="WeightsFormatException">It is damaged, or holds something else.</exception>
    public static IReadOnlyList<string>? Find(Hdf5Object owner, string name, Hdf5Bytes bytes)
    {
        foreach (var message in owner.All(Hdf5MessageType.Attribute))
        {
            var (found, type, sizes, data) = Split(message, bytes);
            if (found == name)
            {
                return Read(name, type(), sizes, data, bytes);
            }
        }

        return null;
    }

    // Section IV.A.2.m; in version 1 each part is filled up to a multiple of eight bytes.
    private static (string Name, Func<Hdf5Datatype> Type, long[] Sizes, byte[] Data) Split(byte[] message, Hdf5Bytes bytes)
    {
        var cursor = new Hdf5Cursor(message, bytes);
        var version = cursor.Byte();
        var flags = cursor.Byte();
        int nameLength = cursor.UInt16();
        int typeLength = cursor.UInt16();
        int spaceLength = cursor.UInt16();
        cursor.Skip(version == 3 ? 1 : 0);
        if (version is < 1 or > 3 || (version > 1 && flags != 0))
        {
            throw bytes.Unsupported($"an attribute of version {version} with flags {flags}");
        }

        int Padded(int length) => version == 1 ? (length + 7) / 8 * 8 : length;
        var name = Encoding.UTF8.GetString(cursor.Take(Padded(nameLength))).Split('\0')[0];
        var type = cursor.Take(Padded(typeLength)).ToArray();
        var sizes = Hdf5Dataspace.Read(cursor.Take(Padded(spaceLength)).ToArray(), bytes);
        return (name, () => Hdf5Datatype.Read(type, bytes), sizes, cursor.Take(cursor.Left).ToArray());
    }

    private static List<string> Read(string name, Hdf5Datatype type, long[] sizes, byte[] data, Hdf5Bytes bytes)
    {
        var count = Hdf5Dataspace.Count(sizes);
        var each = type.IsLongText ? HeapIdBytes : type.Bytes;
        if (count > data.Length / each)
        {
            throw bytes.Damaged($"the attribute '{name}' is cut off");
        }

        if (count > 0 && !type.IsText && !type.IsLongText)
        {
            throw bytes.Damaged($"the attribute '{name}' holds no texts");
        }

        var texts = new List<string>((int)count);
        for (var i = 0; i < (int)count; i++)
        {
            ReadOnlySpan<byte> value = data.AsSpan(i * each, each);
            texts.Add(type.IsText ? Ended(value) : ReadHeap(value, bytes));
        }

        return texts;
    }

    private static string Ended(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    // Section III.E: objects of a collection stand one after the other, each with its number and its length.
    private static string ReadHeap(ReadOnlySpan<byte> id, Hdf5Bytes bytes)
    {
        var cursor = new Hdf5Cursor(id, bytes);
        var length = cursor.UInt32();
        var collection = cursor.UInt64();
        var wanted = cursor.UInt32();
        if (length == 0)
        {
            return string.Empty;
        }

        var head = new Hdf5Cursor(bytes.ReadSigned(collection, 16, "GCOL"u8), bytes);
        head.Skip(8);
        var end = collection + Math.Min(head.UInt64(), (ulong)bytes.Length);
        for (var at = collection + 16; at < end;)
        {
            var entry = new Hdf5Cursor(bytes.Read(at, 16), bytes);
            int number = entry.UInt16();
            entry.Skip(6);
            var size = Math.Min(entry.UInt64(), (ulong)bytes.Length);
            if (number == wanted)
            {
                return Ended(bytes.Read(at + 16, Math.Min(length, (long)size)));
            }

            at += 16 + ((size + 7) / 8 * 8);
        }

        throw bytes.Damaged($"a text is not in the heap at byte {collection}");
    }
}
