using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace AmViz.Weights.Tests;

/// <summary>Builds pickles instruction by instruction and packs them as torch.save does, right or wrong.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> bytes = [];

    public static PickleBytes Begin() => new PickleBytes().Op(PickleOpcode.Proto).Byte(2);

    public PickleBytes Op(PickleOpcode opcode) => Byte((byte)opcode);

    public PickleBytes Byte(byte value)
    {
        bytes.Add(value);
        return this;
    }

    public PickleBytes Line(string text)
    {
        bytes.AddRange(Encoding.UTF8.GetBytes(text + "\n"));
        return this;
    }

    public PickleBytes Global(string module, string name) => Op(PickleOpcode.Global).Line(module).Line(name);

    public PickleBytes Text(string text)
    {
        byte[] encoded = Encoding.UTF8.GetBytes(text);
        Op(PickleOpcode.BinUnicode);
        return Number((uint)encoded.Length).Raw(encoded);
    }

    public PickleBytes Int(int value) => Op(PickleOpcode.BinInt).Number((uint)value);

    public PickleBytes Number(uint value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(four, value);
        return Raw(four);
    }

    public PickleBytes Raw(ReadOnlySpan<byte> raw)
    {
        bytes.AddRange(raw);
        return this;
    }

    /// <summary>A tuple of whole numbers.</summary>
    public PickleBytes Ints(params int[] values)
    {
        Op(PickleOpcode.Mark);
        foreach (int value in values)
        {
            Int(value);
        }

        return Op(PickleOpcode.Tuple);
    }

    /// <summary>A tensor over storage "0".</summary>
    public PickleBytes Tensor(int count, int offset, int[] shape, int[] strides, string storage = "FloatStorage")
        => Global("torch._utils", "_rebuild_tensor_v2").Op(PickleOpcode.Mark)
            .Op(PickleOpcode.Mark).Text("storage").Global("torch", storage).Text("0").Text("cpu").Int(count).Op(PickleOpcode.Tuple).Op(PickleOpcode.BinPersId)
            .Int(offset).Ints(shape).Ints(strides).Op(PickleOpcode.NewFalse).Global("collections", "OrderedDict").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce)
            .Op(PickleOpcode.Tuple).Op(PickleOpcode.Reduce);

    /// <summary>A dictionary with what <paramref name="value"/> pushes under a key; ends the pickle.</summary>
    public static byte[] DictOf(string key, Func<PickleBytes, PickleBytes> value)
        => value(Begin().Op(PickleOpcode.EmptyDict).Text(key)).Op(PickleOpcode.SetItem).Op(PickleOpcode.Stop).ToArray();

    public byte[] ToArray() => [.. bytes];

    /// <summary>The pickle with one storage of these numbers.</summary>
    public static byte[] Archive(byte[] pickle, params float[] numbers)
    {
        byte[] data = new byte[4 * numbers.Length];
        Buffer.BlockCopy(numbers, 0, data, 0, data.Length);
        return Archive(("archive/data.pkl", pickle), ("archive/data/0", data), ("archive/version", "3\n"u8.ToArray()));
    }

    public static byte[] Archive(params (string Name, byte[] Contents)[] entries) => Archive(CompressionLevel.NoCompression, entries);

    public static byte[] Archive(CompressionLevel level, params (string Name, byte[] Contents)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, contents) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(contents);
            }
        }

        return stream.ToArray();
    }
}
