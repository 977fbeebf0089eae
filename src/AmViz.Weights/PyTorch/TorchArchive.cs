using System.IO.Compression;

namespace AmViz.Weights;

/// <summary>The zip file that torch.save and torch.jit.save write: one folder, nothing compressed, names without its folder.</summary>
/// <remarks>Nothing is sized by a number of the zip directory that was not checked against the file's own length.</remarks>
internal sealed class TorchArchive : IDisposable
{
    /// <summary>The pickle of a state dict, and of what a TorchScript module holds.</summary>
    public const string PickleName = "data.pkl";

    /// <summary>Only TorchScript has it.</summary>
    public const string ConstantsName = "constants.pkl";

    private readonly ZipArchive _archive;
    private readonly string _file;
    private readonly Dictionary<string, ZipArchiveEntry> _entries;

    private TorchArchive(ZipArchive archive, string file, Dictionary<string, ZipArchiveEntry> entries)
    {
        _archive = archive;
        _file = file;
        _entries = entries;
    }

    /// <summary>Whether it is a program rather than tensors.</summary>
    public bool IsTorchScript => _entries.ContainsKey(ConstantsName);

    /// <summary>Reads the directory; the stream stays the caller's.</summary>
    /// <exception cref="WeightsFormatException">It is not a sound zip file, or not one of torch.</exception>
    public static TorchArchive Open(Stream stream, string file)
    {
        stream.Position = 0;
        return Guard(file, () =>
        {
            var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            try
            {
                return new TorchArchive(zip, file, Index(zip, file));
            }
            catch
            {
                zip.Dispose();
                throw;
            }
        });
    }

    public bool Contains(string entry) => _entries.ContainsKey(entry);

    /// <summary>Bytes of an entry.</summary>
    /// <exception cref="WeightsFormatException">There is no such entry.</exception>
    public long LengthOf(string entry) => Find(entry).Length;

    /// <summary>A whole entry.</summary>
    /// <exception cref="WeightsFormatException">It is not there, longer than that, or damaged.</exception>
    public byte[] Read(string entry, int longest)
    {
        var length = LengthOf(entry);
        if (length > longest)
        {
            throw PyTorchErrors.Damaged(_file, $"'{entry}' has {length} bytes; at most {longest} are read");
        }

        var bytes = new byte[length];
        Read(entry, 0, bytes);
        return bytes;
    }

    /// <summary>Part of an entry.</summary>
    /// <exception cref="WeightsFormatException">It is not there, or damaged.</exception>
    public void Read(string entry, long offset, Span<byte> into)
    {
        using var contents = Guard(_file, Find(entry).Open);
        try
        {
            Skip(contents, offset);
            contents.ReadExactly(into);
        }
        catch (Exception e) when (IsOfZip(e))
        {
            throw Unsound(_file, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private static Dictionary<string, ZipArchiveEntry> Index(ZipArchive zip, string file)
    {
        var folder = FolderOf(zip, file);
        var index = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.StartsWith(folder, StringComparison.Ordinal)))
        {
            var name = entry.FullName[folder.Length..];
            if (!index.TryAdd(name, entry))
            {
                throw PyTorchErrors.Damaged(file, $"'{ErrorText.Shorten(name)}' stands twice in it");
            }
        }

        return index;
    }

    private static string FolderOf(ZipArchive zip, string file)
    {
        var pickle = zip.Entries.FirstOrDefault(entry =>
            entry.FullName.IndexOf('/', StringComparison.Ordinal) is > 0 and var folder && entry.FullName[(folder + 1)..] == PickleName);
        return pickle is not null
            ? pickle.FullName[..^PickleName.Length]
            : throw new WeightsFormatException($"{file}: is a zip file, but not one of torch.save: it has no folder with {PickleName}"
                + $"{Hint(zip)} Expected safetensors, a state dict of PyTorch (.pth, .pt) or Keras weights (.h5).");
    }

    private static string Hint(ZipArchive zip) => zip.Entries switch
    {
        var all when all.Any(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)) => ", but arrays of NumPy.",
        _ => ".",
    };

    private ZipArchiveEntry Find(string entry)
    {
        var found = _entries.GetValueOrDefault(entry) ?? throw PyTorchErrors.Damaged(_file, $"it has no '{ErrorText.Shorten(entry)}'");

        // torch.save stores; so a few bytes cannot grow into gigabytes. Only the code of a program, which is not read here, is compressed.
        return found.CompressedLength == found.Length
            ? found
            : throw PyTorchErrors.Damaged(_file, $"'{ErrorText.Shorten(entry)}' is compressed, which torch.save never does");
    }

    private static void Skip(Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Seek(count, SeekOrigin.Begin);
            return;
        }

        var passed = new byte[Math.Min(count, 81_920)];
        while (count > 0)
        {
            var length = (int)Math.Min(count, passed.Length);
            stream.ReadExactly(passed, 0, length);
            count -= length;
        }
    }

    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsOfZip(e))
        {
            throw Unsound(file, e);
        }
    }

    // What the zip library is seen to throw on damaged files.
    private static bool IsOfZip(Exception e) => e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException;

    private static WeightsFormatException Unsound(string file, Exception e) => PyTorchErrors.Damaged(file, $"it is not a sound zip file ({ErrorText.Shorten(e.Message)})");
}
