using System.Text.Json;

namespace AmViz.Weights;

/// <summary>One tensor and where it lies.</summary>
/// <param name="Tensor">Name, format and shape.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record SafetensorsEntry(TensorEntry Tensor, long Begin, long End);

/// <summary>Reads and checks the header of a safetensors file, trusting nothing in it.</summary>
/// <remarks>
/// Format: 8 bytes little-endian header length, that many bytes of JSON, then the tensors' bytes without holes
/// (https://github.com/huggingface/safetensors, "Format"). Every number is checked before anything is sized by it, so
/// what is allocated is bounded by the header's own bytes.
/// </remarks>
internal static class SafetensorsHeader
{
    /// <summary>Limit of the reference implementation (its MAX_HEADER_SIZE).</summary>
    public const int LongestHeader = 100_000_000;

    /// <summary>Far above any network (a large language model has some thousands); bounds what a hostile header costs.</summary>
    public const int MostTensors = 20_000;

    /// <summary>Convolution weights need four; torch stops at 64.</summary>
    public const int MostDimensions = 8;

    /// <summary>Top object, tensor object, array: three levels; the rest is room for fields nobody asked for.</summary>
    private const int DeepestJson = 8;

    private static readonly Dictionary<string, int> BytesPerElement = new(StringComparer.Ordinal)
    {
        ["BOOL"] = 1, ["U8"] = 1, ["I8"] = 1, ["F8_E4M3"] = 1, ["F8_E5M2"] = 1, ["F8_E8M0"] = 1,
        ["U16"] = 2, ["I16"] = 2, ["F16"] = 2, ["BF16"] = 2,
        ["U32"] = 4, ["I32"] = 4, ["F32"] = 4,
        ["U64"] = 8, ["I64"] = 8, ["F64"] = 8, ["C64"] = 8,
    };

    /// <summary>Checks a whole header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes of the file after the header.</param>
    /// <param name="file">How to call the file in an error.</param>
    /// <exception cref="WeightsFormatException">The header is not of the format.</exception>
    public static (Dictionary<string, SafetensorsEntry> Tensors, Dictionary<string, string> Metadata) Parse(
        ReadOnlySpan<byte> json, long dataLength, string file)
    {
        var tensors = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestJson });
            ReadObject(ref reader, tensors, metadata, file);
            if (reader.Read())
            {
                throw Wrong(file, "the header has more JSON after its object");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the reader says that a string is not valid UTF-8 or UTF-16.
            throw new WeightsFormatException($"{file}: the header is not the JSON of a safetensors file ({ErrorText.Shorten(e.Message)}). {Remedy}", e);
        }

        CheckOffsets(tensors.Values, dataLength, file);
        return (tensors, metadata);
    }

    private static void ReadObject(
        ref Utf8JsonReader reader, Dictionary<string, SafetensorsEntry> tensors, Dictionary<string, string> metadata, string file)
    {
        Expect(ref reader, JsonTokenType.StartObject, file, "the header");
        var metadataSeen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (name == "__metadata__")
            {
                if (metadataSeen)
                {
                    throw Wrong(file, "'__metadata__' stands twice in the header");
                }

                metadataSeen = true;
                ReadMetadata(ref reader, metadata, file);
                continue;
            }

            if (tensors.Count == MostTensors)
            {
                throw Wrong(file, $"the header names more than {MostTensors} tensors");
            }

            if (!tensors.TryAdd(name, ReadEntry(ref reader, name, file)))
            {
                throw Wrong(file, $"{Tensor(name)} stands twice in the header");
            }
        }
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata, string file)
    {
        Expect(ref reader, JsonTokenType.StartObject, file, "'__metadata__'");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, file, "every value of '__metadata__'");
            if (metadata.Count == MostTensors || !metadata.TryAdd(key, reader.GetString()!))
            {
                throw Wrong(file, $"'__metadata__' has the key '{ErrorText.Shorten(key)}' twice, or more than {MostTensors} keys");
            }
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, string file)
    {
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, file, "the entry of", name);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNew = true;
            if (reader.ValueTextEquals("dtype"u8))
            {
                isNew = type is null;
                type = ReadType(ref reader, name, file);
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                isNew = shape is null;
                shape = ReadSizes(ref reader, MostDimensions, file, "the shape of", name);
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                isNew = offsets is null;
                offsets = ReadSizes(ref reader, 2, file, "the data_offsets of", name);
            }
            else
            {
                reader.Skip();
            }

            if (!isNew)
            {
                throw Wrong(file, $"{Tensor(name)} has dtype, shape or data_offsets twice");
            }
        }

        if (type is null || shape is null || offsets is not [var begin, var end])
        {
            throw Wrong(file, $"{Tensor(name)} lacks dtype, shape or its two data_offsets");
        }

        CheckLength(type, shape, begin, end, file, name);
        return new SafetensorsEntry(new TensorEntry(name, type, shape), begin, end);
    }

    private static string ReadType(ref Utf8JsonReader reader, string name, string file)
    {
        Expect(ref reader, JsonTokenType.String, file, "the dtype of", name);
        foreach (var known in BytesPerElement.Keys)
        {
            if (reader.ValueTextEquals(known))
            {
                return known;
            }
        }

        throw Wrong(file, $"{Tensor(name)} has the dtype '{ErrorText.Shorten(reader.GetString()!)}', which is not one of {string.Join(", ", BytesPerElement.Keys)}");
    }

    private static long[] ReadSizes(ref Utf8JsonReader reader, int most, string file, string part, string name)
    {
        Expect(ref reader, JsonTokenType.StartArray, file, part, name);
        Span<long> sizes = stackalloc long[most];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == most || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var size) || size < 0)
            {
                throw Wrong(file, $"{part} {Tensor(name)} must be at most {most} whole numbers, none negative and none above {long.MaxValue}");
            }

            sizes[count++] = size;
        }

        return sizes[..count].ToArray();
    }

    private static void CheckLength(string type, long[] shape, long begin, long end, string file, string name)
    {
        // Zero sizes are left out of the product, so that [0, 2^62, 2^62] cannot slip a wild size past the check.
        var product = (UInt128)BytesPerElement[type];
        foreach (var size in shape)
        {
            product *= (UInt128)Math.Max(size, 1);
            if (product > long.MaxValue)
            {
                throw Wrong(file, $"{Tensor(name)} has the shape [{string.Join(", ", shape)}], more than any file can hold");
            }
        }

        var length = shape.Contains(0) ? 0 : (long)product;
        if (begin > end || end - begin != length)
        {
            throw Wrong(file, $"{Tensor(name)} is {type} [{string.Join(", ", shape)}], which takes {length} bytes, but its data_offsets are [{begin}, {end}]");
        }
    }

    // Sorted by place, each tensor must begin where the one before ends: that finds overlaps, gaps and ends past the file.
    private static void CheckOffsets(IEnumerable<SafetensorsEntry> tensors, long dataLength, string file)
    {
        long reached = 0;
        foreach (var tensor in tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            if (tensor.Begin != reached)
            {
                var what = tensor.Begin < reached ? "overlaps the tensor before it" : "leaves a gap before it";
                throw Wrong(file, $"{Tensor(tensor.Tensor.Name)} begins at byte {tensor.Begin} where {reached} was expected: it {what}");
            }

            reached = tensor.End;
        }

        if (reached != dataLength)
        {
            var what = reached > dataLength ? "the file is cut off" : "something was added to it";
            throw Wrong(file, $"its tensors take {reached} bytes but {dataLength} follow the header: {what}");
        }
    }

    // Texts of errors are put together only when there is one: a header may have thousands of entries.
    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string file, string part, string? tensor = null)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            var subject = tensor is null ? part : $"{part} {Tensor(tensor)}";
            throw Wrong(file, $"{subject} must be {Named(type)} but is {Named(reader.TokenType)}");
        }
    }

    private static string Tensor(string name) => $"tensor '{ErrorText.Shorten(name)}'";

    private static string Named(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "a JSON object",
        JsonTokenType.StartArray => "a JSON array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.None => "missing",
        _ => type.ToString().ToLowerInvariant(),
    };

    /// <summary>An error that ends in what to do.</summary>
    public static WeightsFormatException Wrong(string file, string problem) => new($"{file}: {problem}. {Remedy}");

    private const string Remedy = "The file is damaged or not a safetensors file; get it again from its source.";
}
