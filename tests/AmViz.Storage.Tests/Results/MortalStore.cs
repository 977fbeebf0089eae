namespace AmViz.Storage.Tests;

/// <summary>A store whose user dies after some deletions.</summary>
internal sealed class MortalStore(IBlobStore inner, int deletions) : IBlobStore
{
    private int _left = deletions;

    public string Name => inner.Name;

    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => inner.CheckAsync(access, cancellationToken);

    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.CreateAsync(path, content, cancellationToken);

    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken) => inner.ReadAsync(path, cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken) => inner.ReadRangeAsync(path, offset, length, cancellationToken);

    public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken) => inner.ReadPropertiesAsync(path, cancellationToken);

    public Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken) => inner.ReplaceAsync(path, content, expectedETag, cancellationToken);

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => inner.ListFoldersAsync(prefix, cancellationToken);

    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken)
        => Interlocked.Decrement(ref _left) < 0 ? throw new StoreUnreachableException(Name, "Killed on purpose.") : inner.DeleteAsync(path, cancellationToken);
}
