namespace AmViz.Storage.Tests;

/// <summary>A store on which somebody else does something right before the first replacement.</summary>
internal sealed class OvertakenStore(IBlobStore inner, Func<Task> overtake) : IBlobStore
{
    private Func<Task>? _overtake = overtake;

    public string Name => inner.Name;

    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => inner.CheckAsync(access, cancellationToken);

    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        => inner.CreateAsync(path, content, cancellationToken);

    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken) => inner.ReadAsync(path, cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
        => inner.ReadRangeAsync(path, offset, length, cancellationToken);

    public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken) => inner.ReadPropertiesAsync(path, cancellationToken);

    public async Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _overtake, null) is { } first)
        {
            await first();
        }

        return await inner.ReplaceAsync(path, content, expectedETag, cancellationToken);
    }

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => inner.ListFoldersAsync(prefix, cancellationToken);

    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);
}
