using System.IO.Enumeration;
using System.Runtime.CompilerServices;

namespace AmViz.Storage;

public sealed partial class FolderBlobStore
{
    /// <inheritdoc/>
    /// <remarks>Files whose names no <see cref="BlobPath"/> can have, hidden ones among them, were not put there by a store and are passed over.</remarks>
    public async IAsyncEnumerable<BlobItem> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Children of a folder sort as "name/", which makes a depth-first walk yield whole paths in ordinal order.
        var pending = new Stack<Entry>();
        var start = prefix[..(prefix.LastIndexOf('/') + 1)];
        if (IsFolderPath(start))
        {
            pending.Push(new(start, 0));
        }

        while (pending.TryPop(out var entry))
        {
            if (!entry.IsFolder)
            {
                yield return new(new BlobPath(entry.Path), entry.Length);
                continue;
            }

            var children = await Children(entry.Path, prefix, cancellationToken);
            for (var i = children.Count - 1; i >= 0; i--)
            {
                pending.Push(children[i]);
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var child in IsFolderPath(prefix) ? await Children(prefix, prefix, cancellationToken) : [])
        {
            if (child.IsFolder && await HasBlobs(child.Path, cancellationToken))
            {
                yield return child.Path[prefix.Length..^1];
            }
        }
    }

    private async Task<bool> HasBlobs(string folder, CancellationToken cancellationToken)
    {
        await foreach (var _ in ListAsync(folder, cancellationToken))
        {
            return true;
        }

        return false;
    }

    private Task<List<Entry>> Children(string folder, string prefix, CancellationToken cancellationToken)
    {
        var full = Path.Combine(Root, folder.Replace('/', Path.DirectorySeparatorChar));
        return Guard("list", full, () =>
        {
            var children = AbsentAsNull(() => Enumerate(full, folder, prefix)) ?? [];
            children.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
            return children;
        }, cancellationToken);
    }

    private static List<Entry> Enumerate(string full, string folder, string prefix)
    {
        var all = new FileSystemEnumerable<Entry>(
            full,
            (ref FileSystemEntry entry) => entry.IsDirectory
                ? new($"{folder}{entry.FileName}/", 0)
                : new($"{folder}{entry.FileName}", entry.Length),
            new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => BlobPath.IsSegment(entry.FileName),
        };
        return [.. all.Where(entry => Overlap(entry.Path, prefix))];
    }

    // What no path can begin with, such as "../", must not be walked into.
    private static bool IsFolderPath(string path)
        => path.Length == 0 || (path[^1] == '/' && BlobPath.TryParse(path[..^1], out _));

    // A folder above the prefix must be walked into; a file or folder below it is in the listing.
    private static bool Overlap(string path, string prefix)
        => path.StartsWith(prefix, StringComparison.Ordinal)
            || (path.EndsWith('/') && prefix.StartsWith(path, StringComparison.Ordinal));

    // A folder's path ends in '/'; that of the root is empty.
    private readonly record struct Entry(string Path, long Length)
    {
        public bool IsFolder => Path.Length == 0 || Path[^1] == '/';
    }
}
