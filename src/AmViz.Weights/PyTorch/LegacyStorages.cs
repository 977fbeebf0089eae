using System.Buffers.Binary;

namespace AmViz.Weights;

/// <summary>The format of torch.save before PyTorch 1.6, and of later ones where they are asked for it: pickles one after the other, then the storages.</summary>
/// <remarks>
/// The pickles are the magic number, the version of the format (1001), what the machine was like, the object, and the list of the storages' keys; then
/// follow the storages in the order of that list, each as its number of elements in eight bytes and its elements (torch/serialization.py, _legacy_save).
/// </remarks>
internal sealed class LegacyStorages : ITorchStorages
{
    private const long Version = 1001;
    private const int LongestPreface = 4096;
    private const int CountBytes = 8;

    // 0x1950a86a20f9469cfc6c, as a pickle writes numbers.
    private static readonly byte[] Magic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    private readonly Stream _stream;
    private readonly string _name;
    private readonly Dictionary<string, long> _positions;

    private LegacyStorages(Stream stream, string name, Dictionary<string, long> positions)
    {
        _stream = stream;
        _name = name;
        _positions = positions;
    }

    /// <summary>Whether a file begins as one of the format: protocol, perhaps a frame, and the magic number.</summary>
    public static bool IsLegacy(ReadOnlySpan<byte> first)
        => first is [0x80, ..] && (first[2..].StartsWith(Magic) || (first.Length > 11 && first[2] == (byte)PickleOpcode.Frame && first[11..].StartsWith(Magic)));

    /// <summary>Reads the pickles of a file; the stream stays the caller's.</summary>
    /// <returns>The object, the unpickler that made it, and the storages.</returns>
    /// <exception cref="WeightsFormatException">It is damaged, or of another machine.</exception>
    public static (object? Root, Unpickler Pickle, ITorchStorages Storages) Open(Stream stream, string name)
    {
        stream.Position = 0;
        LoadNext(stream, LongestPreface, name);
        if (LoadNext(stream, LongestPreface, name).Value is not Version)
        {
            throw PyTorchErrors.Damaged(name, $"it is of a version of torch.save's older format other than {Version}");
        }

        if (LoadNext(stream, LongestPreface, name).Value is PickledDict machine && machine.Entries.GetValueOrDefault("little_endian") is false)
        {
            throw PyTorchErrors.OtherByteOrder(name);
        }

        (var root, var pickle) = LoadNext(stream, PyTorchFile.LongestPickle, name);
        if (LoadNext(stream, PyTorchFile.LongestPickle, name).Value is not PickledList keys)
        {
            throw PyTorchErrors.Damaged(name, "it has no list of storages after its pickle");
        }

        return (root, pickle, new LegacyStorages(stream, name, Locate(stream, keys, pickle.Storages, name)));
    }

    /// <inheritdoc/>
    public long LengthOf(PickledStorage storage)
        => _positions.ContainsKey(storage.Key) ? storage.ElementCount * storage.ElementBytes : throw PyTorchErrors.Damaged(_name, $"it has no storage '{ErrorText.Shorten(storage.Key)}'");

    /// <inheritdoc/>
    public void Read(PickledStorage storage, long offset, Span<byte> into)
    {
        try
        {
            _stream.Position = _positions[storage.Key] + offset;
            _stream.ReadExactly(into);
        }
        catch (EndOfStreamException e)
        {
            throw new WeightsFormatException($"{_name}: became shorter while it was read. Do not write to weights in use.", e);
        }
    }

    /// <summary>Nothing is held: the stream is the file's.</summary>
    public void Dispose()
    {
    }

    private static (object? Value, Unpickler Pickle) LoadNext(Stream stream, int longest, string name)
    {
        var begin = stream.Position;
        var reader = new PickleReader(stream, longest, name);
        var pickle = new Unpickler(reader, name);
        var value = pickle.Load();
        stream.Position = begin + reader.Consumed;
        return (value, pickle);
    }

    // Every storage is checked against the file's own length before the next is looked for.
    private static Dictionary<string, long> Locate(Stream stream, PickledList keys, IReadOnlyDictionary<string, PickledStorage> storages, string name)
    {
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        Span<byte> count = stackalloc byte[CountBytes];
        var position = stream.Position;
        foreach (var key in keys.Items)
        {
            if (key is not string text || !storages.TryGetValue(text, out var storage))
            {
                throw PyTorchErrors.Damaged(name, $"it lists a storage '{ErrorText.Shorten(key as string ?? "without a name")}' of which its pickle does not tell the number format");
            }

            stream.Position = position;
            if (stream.ReadAtLeast(count, CountBytes, throwOnEndOfStream: false) < CountBytes)
            {
                throw PyTorchErrors.Damaged(name, $"it is cut off before storage '{ErrorText.Shorten(text)}'");
            }

            var elements = BinaryPrimitives.ReadInt64LittleEndian(count);
            position += CountBytes;
            if (elements != storage.ElementCount || elements > (stream.Length - position) / storage.ElementBytes)
            {
                throw PyTorchErrors.Damaged(name, $"storage '{ErrorText.Shorten(text)}' has {elements} elements of {storage.ElementBytes} bytes; its pickle says {storage.ElementCount}, and {stream.Length - position} bytes are left of the file");
            }

            if (!found.TryAdd(text, position))
            {
                throw PyTorchErrors.Damaged(name, $"storage '{ErrorText.Shorten(text)}' is listed twice");
            }

            position += elements * storage.ElementBytes;
        }

        return found;
    }
}
