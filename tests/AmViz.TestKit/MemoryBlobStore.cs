using System.Runtime.CompilerServices;
using AmViz.Storage;

namespace AmViz.TestKit;

/// <summary>A store in memory that counts its calls, for tests that are about something else than files.</summary>
public sealed class MemoryBlobStore : IBlobStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Blob> _blobs = new(StringComparer.Ordinal);

    // A listing looks at what it lists alone, as that of a folder does.
    private readonly SortedSet<string> _paths = new(StringComparer.Ordinal);
    private long _version;

    /// <inheritdoc/>
    public string Name => "memory:test";

    /// <inheritdoc/>
    public DateTimeOffset? AccessExpiration { get; init; }

    /// <summary>Thrown by every call while it is set: the store is out of reach.</summary>
    public StoreUnreachableException? Outage { get; set; }

    /// <summary>Awaited before each listing: holds it up. Told its prefix.</summary>
    public Func<string, CancellationToken, Task> BeforeListing { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Told of each blob that is read as a whole.</summary>
    public Action<BlobPath> OnRead { get; set; } = _ => { };

    /// <summary>Listings so far.</summary>
    public int Listings { get; private set; }

    /// <summary>Blobs and stretches of blobs read so far.</summary>
    public int Reads { get; private set; }

    /// <summary>Properties read so far. A store in a folder reads the whole blob for each.</summary>
    public int PropertyReads { get; private set; }

    /// <summary>Writes tried so far.</summary>
    public int Writes { get; private set; }

    /// <inheritdoc/>
    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => Run(() => true, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Run(() =>
    {
        Writes++;
        return !_blobs.ContainsKey(path.Value) && Put(path, NewBlob(content));
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken) => Run(() =>
    {
        Reads++;
        OnRead(path);
        return _blobs.GetValueOrDefault(path.Value);
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken) => Run(() =>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Reads++;
        if (!_blobs.TryGetValue(path.Value, out var blob))
        {
            return (ReadOnlyMemory<byte>?)null;
        }

        var begin = (int)Math.Min(offset, blob.Content.Length);
        return blob.Content.Slice(begin, Math.Min(length, blob.Content.Length - begin));
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken)
        => Run(() =>
        {
            PropertyReads++;
            return _blobs.TryGetValue(path.Value, out var blob) ? new BlobProperties(blob.Content.Length, blob.ETag) : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken) => Run(() =>
    {
        Writes++;
        if (_blobs.GetValueOrDefault(path.Value)?.ETag != expectedETag)
        {
            return null;
        }

        var blob = NewBlob(content);
        Put(path, blob);
        return blob.ETag;
    }, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobItem> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await BeforeListing(prefix, cancellationToken);
        var found = await Run(() =>
        {
            Listings++;
            return Below(prefix);
        }, cancellationToken);
        foreach (var item in found)
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = await Run(() => Below(prefix).Select(item => item.Path.Value[prefix.Length..]).Where(rest => rest.Contains('/', StringComparison.Ordinal))
            .Select(rest => rest[..rest.IndexOf('/', StringComparison.Ordinal)]).Distinct(StringComparer.Ordinal).ToList(), cancellationToken);
        foreach (var name in names)
        {
            yield return name;
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken)
        => Run(() => _paths.Remove(path.Value) && _blobs.Remove(path.Value), cancellationToken);

    /// <summary>Puts content under a path, whatever lay there: for planting faults.</summary>
    public void Plant(BlobPath path, ReadOnlyMemory<byte> content)
    {
        lock (_lock)
        {
            Put(path, NewBlob(content));
        }
    }

    private Blob NewBlob(ReadOnlyMemory<byte> content) => new(content.ToArray(), $"v{++_version}");

    private List<BlobItem> Below(string prefix)
        => [.. _paths.GetViewBetween(prefix, $"{prefix}\uffff").Select(path => new BlobItem(new(path), _blobs[path].Content.Length))];

    private bool Put(BlobPath path, Blob blob)
    {
        _blobs[path.Value] = blob;
        return _paths.Add(path.Value);
    }

    private Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return Outage is null ? Task.FromResult(work()) : Task.FromException<T>(Outage);
        }
    }
}
