using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

namespace AmViz.Weights;

/// <summary>A safetensors file: the header is read at once, each tensor when it is asked for.</summary>
/// <remarks>
/// Written against hostile files: nothing is sized by a number that was not checked against the file's own length, and
/// every problem is a <see cref="WeightsFormatException"/>. Not safe for use by several threads at once.
/// </remarks>
public sealed class SafetensorsFile : ITensorFile
{
    private const int LengthBytes = 8;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly long _dataStart;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private SafetensorsFile(Stream stream, string name, long dataStart, Dictionary<string, SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        _stream = stream;
        _name = name;
        _dataStart = dataStart;
        _entries = entries;
        Tensors = entries.ToDictionary(entry => entry.Key, entry => entry.Value.Tensor, StringComparer.Ordinal);
        Metadata = metadata;
    }

    /// <summary>What the header says of each tensor, by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Free text the writer left (<c>__metadata__</c>); empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="WeightsFormatException">There is no such file, or it is not a sound safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            return Open(File.OpenRead(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFormatException($"{path}: cannot be opened ({e.Message}). Expected a readable safetensors file there.", e);
        }
    }

    /// <summary>Reads from bytes in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <exception cref="WeightsFormatException">It is not a sound safetensors file.</exception>
    public static SafetensorsFile Open(byte[] bytes, string name) => Open(new MemoryStream(bytes, writable: false), name);

    /// <summary>Reads from a stream that can seek, and takes it over: it is closed with this, or at once on an error.</summary>
    /// <param name="stream">The whole file, from position 0.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <exception cref="WeightsFormatException">It is not a sound safetensors file.</exception>
    public static SafetensorsFile Open(Stream stream, string name)
    {
        try
        {
            if (!stream.CanSeek)
            {
                throw new WeightsFormatException($"{name}: is a pipe or device; expected a file.");
            }

            stream.Position = 0;
            var headerLength = ReadHeaderLength(stream, name);
            var header = new byte[headerLength];
            stream.ReadExactly(header);
            if (header is not [(byte)'{', ..])
            {
                throw SafetensorsHeader.Wrong(name, "its header does not begin with '{'");
            }

            long headerEnd = LengthBytes + headerLength;
            var (entries, metadata) = SafetensorsHeader.Parse(header, stream.Length - headerEnd, name);
            return new SafetensorsFile(stream, name, headerEnd, entries, metadata);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of the whole file, 64 lower-case hexadecimal digits.</summary>
    public string ComputeDigest()
    {
        _stream.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(_stream));
    }

    /// <summary>The numbers of a tensor, outermost dimension first.</summary>
    /// <exception cref="WeightsFormatException">There is no such tensor, or it is not F32, F16, BF16 or F64.</exception>
    public float[] ReadFloats(string tensor)
    {
        var entry = Readable(tensor);
        var type = entry.Tensor.ElementType;
        var floats = new float[entry.Tensor.ElementCount];
        if (type == ElementType.F32 && BitConverter.IsLittleEndian)
        {
            ReadData(entry, MemoryMarshal.AsBytes(floats.AsSpan()));
            return floats;
        }

        var bytes = new byte[entry.End - entry.Begin];
        ReadData(entry, bytes);
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = type switch
            {
                ElementType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(2 * i)),
                ElementType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2 * i)) << 16),
                ElementType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * i)),
                _ => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i)),
            };
        }

        return floats;
    }

    /// <summary>A tensor as float32 in main memory, in its shape; the caller owns it.</summary>
    /// <exception cref="WeightsFormatException">There is no such tensor, or it is not F32, F16, BF16 or F64.</exception>
    public torch.Tensor Read(string tensor)
    {
        var entry = Readable(tensor);
        var stored = entry.Tensor.ElementType switch
        {
            ElementType.F16 => torch.ScalarType.Float16,
            ElementType.BF16 => torch.ScalarType.BFloat16,
            ElementType.F64 => torch.ScalarType.Float64,
            _ => torch.ScalarType.Float32,
        };
        var read = torch.empty([.. entry.Tensor.Shape], dtype: stored);
        if (entry.Tensor.ElementCount > 0)
        {
            ReadData(entry, read.bytes);
        }

        if (stored == torch.ScalarType.Float32)
        {
            return read;
        }

        using (read)
        {
            return read.to(torch.ScalarType.Float32);
        }
    }

    /// <summary>First byte of a tensor, counted from the end of the header.</summary>
    internal long BeginOf(string tensor) => _entries[tensor].Begin;

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private static int ReadHeaderLength(Stream stream, string name)
    {
        var fileLength = stream.Length;
        if (fileLength < LengthBytes)
        {
            throw SafetensorsHeader.Wrong(name, $"it has {fileLength} bytes, fewer than the {LengthBytes} of the header's length");
        }

        Span<byte> bytes = stackalloc byte[LengthBytes];
        stream.ReadExactly(bytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var most = (ulong)Math.Min(fileLength - LengthBytes, SafetensorsHeader.LongestHeader);
        if (length > most)
        {
            throw SafetensorsHeader.Wrong(name, $"its header claims {length} bytes; at most {most} are possible in this file");
        }

        return (int)length;
    }

    private SafetensorsEntry Readable(string tensor)
    {
        if (!_entries.TryGetValue(tensor, out var entry))
        {
            throw new WeightsFormatException($"{_name}: there is no tensor '{tensor}' among its {Tensors.Count}.");
        }

        if (entry.Tensor.ElementType == ElementType.Other)
        {
            throw new WeightsFormatException($"{_name}: tensor '{tensor}' is {entry.Tensor.TypeName}; expected F32, F16, BF16 or F64. Convert it before saving.");
        }

        return entry.End - entry.Begin <= Array.MaxLength
            ? entry
            : throw new WeightsFormatException($"{_name}: tensor '{tensor}' has {entry.End - entry.Begin} bytes; at most {Array.MaxLength} are read at once.");
    }

    private void ReadData(SafetensorsEntry entry, Span<byte> into)
    {
        try
        {
            _stream.Position = _dataStart + entry.Begin;
            _stream.ReadExactly(into);
        }
        catch (EndOfStreamException e)
        {
            throw new WeightsFormatException($"{_name}: became shorter while it was read. Do not write to weights in use.", e);
        }
    }
}
