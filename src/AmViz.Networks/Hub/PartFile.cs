using System.Text.Json;

namespace AmViz.Networks;

/// <summary>The unfinished file of a download, <c>NAME.part</c>, and beside it what is needed to go on with it.</summary>
internal sealed class PartFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;
    private PartState? _state;

    private PartFile(FileStream stream, string path, PartState? state)
    {
        _stream = stream;
        _path = path;
        _state = state;
    }

    /// <summary>Bytes that are there.</summary>
    public long Length => _stream.Length;

    /// <summary>What the server called the version of the file that the bytes are of; null if nothing can be gone on with.</summary>
    public string? Validator => Length > 0 ? _state?.Validator : null;

    /// <summary>Opens what there is of a file, for this process alone.</summary>
    /// <param name="target">Path of the finished file.</param>
    /// <param name="address">Where it comes from; bytes from elsewhere are not gone on with.</param>
    /// <exception cref="HubException">Another process has it open, or it cannot be written.</exception>
    public static PartFile Open(string target, Uri address)
    {
        var unfinished = PathOf(target);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(unfinished)!);
            var file = new FileStream(unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var known = ReadState($"{unfinished}.json");
            return new PartFile(file, unfinished, known?.Address == address.AbsoluteUri ? known : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException($"{unfinished}: cannot be written ({e.Message}). If another 'amviz models pull' is at work, wait for it; or choose another folder with {HubSettings.CacheVariable}.", e);
        }
    }

    /// <summary>Throws away what there is and remembers what comes now.</summary>
    public void Restart(Uri address, string? validator)
    {
        _stream.SetLength(0);
        _state = new PartState(address.AbsoluteUri, validator);
        File.WriteAllText($"{_path}.json", JsonSerializer.Serialize(_state));
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _stream.Seek(0, SeekOrigin.End);
        return _stream.WriteAsync(bytes, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>Path of the unfinished file.</summary>
    public static string PathOf(string target) => $"{target}.part";

    /// <summary>Puts the finished file in its place.</summary>
    public static void Finish(string target)
    {
        File.Move(PathOf(target), target, overwrite: true);
        File.Delete($"{PathOf(target)}.json");
    }

    /// <summary>Removes an unfinished file.</summary>
    public static void Discard(string target)
    {
        File.Delete(PathOf(target));
        File.Delete($"{PathOf(target)}.json");
    }

    private static PartState? ReadState(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<PartState>(File.ReadAllText(path)) : null;
        }
        catch (JsonException)
        {
            // Written while the power went; then the download begins anew.
            return null;
        }
    }

    private sealed record PartState(string Address, string? Validator);
}
