using System.IO.Compression;

namespace AmViz.Weights;

/// <summary>The zip file that <c>model.save("x.keras")</c> writes: a configuration and the weights.</summary>
/// <remarks>Keras compresses nothing. What somebody packed again is unpacked into memory, to at most a few times the file.</remarks>
internal sealed class KerasArchive : IDisposable
{
    /// <summary>The entry with the weights.</summary>
    public const string WeightsName = "model.weights.h5";
    private const string ConfigName = "config.json";

    /// <summary>Of 300 layers there are 300 kB.</summary>
    private const int LongestConfig = 32 << 20;

    /// <summary>Weights are noise that shrinks by a tenth, pruned ones by more; past this it is a bomb.</summary>
    private const int LargestExpansion = 8;

    private readonly ZipArchive _zip;
    private readonly string _file;
    private readonly long _fileLength;

    private KerasArchive(ZipArchive zip, string file, long fileLength)
    {
        _zip = zip;
        _file = file;
        _fileLength = fileLength;
        Weights = OpenWeights();
    }

    /// <summary>The weights; the stream can seek.</summary>
    public Stream Weights { get; }

    /// <summary>Whether a zip file is one of Keras; the stream stays open.</summary>
    public static bool IsOne(Stream stream, string file) => Guard(file, () =>
    {
        stream.Position = 0;
        using var directory = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        return directory.Entries.Any(entry => entry.FullName is WeightsName or "model.weights.npz" or "metadata.json");
    });

    /// <summary>Reads the directory; the stream stays the caller's.</summary>
    /// <exception cref="WeightsFormatException">It is not a sound zip file of Keras with weights in HDF5.</exception>
    public static KerasArchive Open(Stream stream, string file) => Guard(file, () =>
    {
        stream.Position = 0;
        var directory = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        try
        {
            return new KerasArchive(directory, file, stream.Length);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    });

    /// <summary>The layers as the configuration names them; null if there is no configuration.</summary>
    /// <exception cref="WeightsFormatException">It is too long, or damaged.</exception>
    public Keras3Config? ReadConfig()
    {
        if (Find(ConfigName) is not { } entry)
        {
            return null;
        }

        if (entry.Length > Math.Min(LongestConfig, LargestExpansion * _fileLength))
        {
            throw Damaged($"its {ConfigName} has {entry.Length} bytes; at most {Math.Min(LongestConfig, LargestExpansion * _fileLength)} are read");
        }

        using var text = new MemoryStream(Unpack(entry), writable: false);
        return Keras3Config.Read(text, $"{_file}, {ConfigName}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _zip.Dispose();
    }

    private Stream OpenWeights()
    {
        var entry = Find(WeightsName) ?? throw new WeightsFormatException(
            $"{_file}: is a zip file of Keras, but has no {WeightsName}. Expected one; save again with model.save(\"x.keras\"), whose weights are HDF5.");
        if (entry.Length > Math.Min(LargestExpansion * _fileLength, Array.MaxLength) && entry.Length > _fileLength)
        {
            throw Damaged($"its {WeightsName} claims {entry.Length} bytes, of a file of {_fileLength}");
        }

        if (entry.CompressedLength == entry.Length && entry.Open() is { CanSeek: true } stored)
        {
            return stored;
        }

        return new MemoryStream(Unpack(entry), writable: false);
    }

    private ZipArchiveEntry? Find(string name)
    {
        List<ZipArchiveEntry> found = [.. _zip.Entries.Where(entry => entry.FullName == name)];
        return found.Count < 2 ? found.FirstOrDefault() : throw Damaged($"'{name}' stands twice in it");
    }

    private byte[] Unpack(ZipArchiveEntry entry) => Guard(_file, () =>
    {
        var unpacked = new byte[entry.Length];
        using var contents = entry.Open();
        contents.ReadExactly(unpacked);
        return unpacked;
    });

    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            // What the zip library is seen to throw on damaged files.
            throw new WeightsFormatException($"{file}: it is not a sound zip file ({ErrorText.Shorten(e.Message)}). The file is damaged; get it again from its source.", e);
        }
    }

    private WeightsFormatException Damaged(string problem) => new($"{_file}: {problem}. The file is damaged or not one that Keras wrote; get it again from its source.");
}
