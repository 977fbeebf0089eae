using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;

namespace AmViz.Weights;

/// <summary>Writes safetensors files whose bytes depend on nothing but the tensors: names in ordinal order.</summary>
public static class SafetensorsWriter
{
    // The reference writer aligns the data to eight bytes with spaces at the end of the header.
    private const int Alignment = 8;

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where to; replaced if it is there.</param>
    /// <param name="tensors">Floating-point tensors by name, on any device.</param>
    /// <param name="metadata">Free text for <c>__metadata__</c>, or null.</param>
    /// <param name="type">How to store them: F32 or F16.</param>
    /// <exception cref="ArgumentException">Another <paramref name="type"/>, or a value that F16 cannot hold.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, torch.Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        ElementType type = ElementType.F32)
    {
        using var stream = File.Create(path);
        Write(stream, tensors, metadata, type);
    }

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <inheritdoc cref="Write(string, IReadOnlyDictionary{string, torch.Tensor}, IReadOnlyDictionary{string, string}?, ElementType)"/>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, torch.Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        ElementType type = ElementType.F32)
    {
        (var stored, var bytes) = type switch
        {
            ElementType.F32 => (torch.ScalarType.Float32, 4),
            ElementType.F16 => (torch.ScalarType.Float16, 2),
            _ => throw new ArgumentException($"Cannot write {type}; expected F32 or F16.", nameof(type)),
        };
        var sorted = tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        var header = Header(sorted, metadata, type, bytes);

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (name, tensor) in sorted)
        {
            WriteData(stream, name, tensor, stored);
        }
    }

    private static byte[] Header(
        List<KeyValuePair<string, torch.Tensor>> sorted, IReadOnlyDictionary<string, string>? metadata, ElementType type, int bytes)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long begin = 0;
            foreach (var (name, tensor) in sorted)
            {
                var end = begin + tensor.numel() * bytes;
                WriteEntry(json, name, type, tensor.shape, begin, end);
                begin = end;
            }

            json.WriteEndObject();
        }

        var padding = (Alignment - (int)(buffer.Length % Alignment)) % Alignment;
        buffer.Write(Encoding.ASCII.GetBytes(new string(' ', padding)));
        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, ElementType type, long[] shape, long begin, long end)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", type.ToString());
        json.WriteStartArray("shape");
        foreach (var size in shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteData(Stream stream, string name, torch.Tensor tensor, torch.ScalarType stored)
    {
        using var scope = torch.NewDisposeScope();
        var written = tensor.detach().cpu().to(stored).contiguous();
        if (!written.isfinite().all().item<bool>())
        {
            throw new ArgumentException($"Tensor '{name}' holds values that are not finite as {stored}; nothing useful can be written.", nameof(tensor));
        }

        if (written.numel() > 0)
        {
            stream.Write(written.bytes);
        }
    }
}
