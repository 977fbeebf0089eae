namespace AmViz.Storage.Tests;

/// <summary>A store that answers no read before a number of reads has been asked for, and then the last one first.</summary>
internal sealed class LateStore(IBlobStore inner, int reads) : IBlobStore
{
    private readonly Stack<TaskCompletionSource> _waiting = new();

    public string Name => inner.Name;

    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => inner.CheckAsync(access, cancellationToken);

    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        => inner.CreateAsync(path, content, cancellationToken);

    public async Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Push(turn);
        if (_waiting.Count == reads)
        {
            while (_waiting.TryPop(out var last))
            {
                last.SetResult();
            }
        }

        await turn.Task.WaitAsync(cancellationToken);
        return await inner.ReadAsync(path, cancellationToken);
    }

    public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
        => inner.ReadRangeAsync(path, offset, length, cancellationToken);

    public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken) => inner.ReadPropertiesAsync(path, cancellationToken);

    public Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
        => inner.ReplaceAsync(path, content, expectedETag, cancellationToken);

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => inner.ListFoldersAsync(prefix, cancellationToken);

    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);
}
