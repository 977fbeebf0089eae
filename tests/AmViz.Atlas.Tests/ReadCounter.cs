using AmViz.Storage;

namespace AmViz.Atlas.Tests;

/// <summary>A store that counts what is read from it.</summary>
internal sealed class ReadCounter(IBlobStore inner) : IBlobStore
{
    private int _reads;

    public int Reads => _reads;

    public string Name => inner.Name;

    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => inner.CheckAsync(access, cancellationToken);

    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return inner.ReadAsync(path, cancellationToken);
    }

    public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return inner.ReadRangeAsync(path, offset, length, cancellationToken);
    }

    public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken) => inner.ReadPropertiesAsync(path, cancellationToken);

    public Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => inner.ListFoldersAsync(prefix, cancellationToken);

    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken) => throw new NotSupportedException();
}
