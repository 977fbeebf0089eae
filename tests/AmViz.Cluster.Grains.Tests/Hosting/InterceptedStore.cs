using System.Runtime.CompilerServices;
using AmViz.Storage;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A store whose calls a test can hold up, before they are carried out or after, until their caller cancels them.</summary>
internal sealed class InterceptedStore(MemoryBlobStore inner) : IBlobStore
{
    public MemoryBlobStore Inner => inner;

    public string Name => inner.Name;

    /// <summary>Awaited before a call; told the operation and its path or prefix.</summary>
    public Func<string, string, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Awaited after a call was carried out, before its caller hears of it.</summary>
    public Func<string, string, Task> After { get; set; } = (_, _) => Task.CompletedTask;

    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => inner.CheckAsync(access, cancellationToken);

    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        => Run("create", path.Value, () => inner.CreateAsync(path, content, cancellationToken), cancellationToken);

    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
        => Run("read", path.Value, () => inner.ReadAsync(path, cancellationToken), cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
        => Run("range", path.Value, () => inner.ReadRangeAsync(path, offset, length, cancellationToken), cancellationToken);

    public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken)
        => Run("head", path.Value, () => inner.ReadPropertiesAsync(path, cancellationToken), cancellationToken);

    public Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
        => Run("replace", path.Value, () => inner.ReplaceAsync(path, content, expectedETag, cancellationToken), cancellationToken);

    public async IAsyncEnumerable<BlobItem> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in await Run("list", prefix, () => inner.ListAsync(prefix, cancellationToken).ToListAsync(cancellationToken).AsTask(), cancellationToken))
        {
            yield return item;
        }
    }

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => inner.ListFoldersAsync(prefix, cancellationToken);

    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken)
        => Run("delete", path.Value, () => inner.DeleteAsync(path, cancellationToken), cancellationToken);

    private async Task<T> Run<T>(string operation, string path, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        await Before(operation, path).WaitAsync(cancellationToken);
        var result = await call();
        await After(operation, path).WaitAsync(cancellationToken);
        return result;
    }
}

/// <summary>Holds up the first call that a test waits for.</summary>
/// <param name="isMeant">Told operation and path.</param>
internal sealed class Hold(Func<string, string, bool> isMeant)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    /// <summary>Ends when the call has come.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets it go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>To be put into <see cref="InterceptedStore.Before"/> or <see cref="InterceptedStore.After"/>.</summary>
    public Task OnCall(string operation, string path)
    {
        if (!isMeant(operation, path) || Interlocked.Increment(ref _calls) > 1)
        {
            return Task.CompletedTask;
        }

        _reached.TrySetResult();
        return _released.Task;
    }
}
