using System.Text;

namespace AmViz.Atlas.Output;

/// <summary>The folder of an atlas. Files appear whole, and one that would stay the same is not touched.</summary>
internal sealed class AtlasFolder(string root)
{
    // Enough for everything up to the fingerprint, which stands near the top of a page.
    private const int PageHeadLength = 1024;

    public string FullPath(string path) => Path.Combine(root, path);

    public bool Has(string path) => File.Exists(FullPath(path));

    /// <summary>Names of the folders directly inside.</summary>
    public IEnumerable<string> Folders() => Folders("");

    /// <summary>Names of the folders directly inside one of them.</summary>
    public IEnumerable<string> Folders(string path)
        => Directory.Exists(FullPath(path)) ? Directory.EnumerateDirectories(FullPath(path)).Select(folder => Path.GetFileName(folder)) : [];

    /// <summary>Names of the files directly inside a folder, of those that fit a pattern such as <c>*.webp</c>.</summary>
    public IReadOnlyList<string> Files(string path, string pattern)
        => Directory.Exists(FullPath(path)) ? [.. Directory.EnumerateFiles(FullPath(path), pattern).Select(file => Path.GetFileName(file))] : [];

    /// <summary>Removes a file; one that is not there is none to remove.</summary>
    public void Delete(string path) => File.Delete(FullPath(path));

    public Task<string> ReadAsync(string path, CancellationToken cancellationToken)
        => File.ReadAllTextAsync(FullPath(path), cancellationToken);

    /// <summary>The beginning of a page; empty if there is none.</summary>
    public async Task<string> ReadHeadAsync(string path, CancellationToken cancellationToken)
    {
        if (!Has(path))
        {
            return "";
        }

        await using var file = File.OpenRead(FullPath(path));
        var head = new byte[PageHeadLength];
        var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(head, 0, length);
    }

    public Task<bool> WriteAsync(string path, string content, CancellationToken cancellationToken)
        => WriteAsync(path, Encoding.UTF8.GetBytes(content), cancellationToken);

    /// <summary>Writes a file unless it has this content already.</summary>
    /// <returns>Whether it was written.</returns>
    public async Task<bool> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var file = FullPath(path);
        if (File.Exists(file) && new FileInfo(file).Length == content.Length)
        {
            var present = await File.ReadAllBytesAsync(file, cancellationToken);
            if (content.Span.SequenceEqual(present))
            {
                return false;
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var unfinished = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllBytesAsync(unfinished, content, cancellationToken);
            File.Move(unfinished, file, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return true;
    }
}
