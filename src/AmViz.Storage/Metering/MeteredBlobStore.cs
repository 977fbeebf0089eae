using System.Runtime.CompilerServices;

namespace AmViz.Storage;

/// <summary>Measures every call to a store.</summary>
public sealed class MeteredBlobStore : IBlobStore
{
    private const string Ok = "ok";
    private const string Missing = "missing";

    private readonly IBlobStore _store;
    private readonly StoreInstruments _instruments;
    private readonly TimeProvider _time;

    /// <summary>Measures a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="instruments">Where it is counted.</param>
    /// <param name="time">The clock; null: the system's.</param>
    public MeteredBlobStore(IBlobStore store, StoreInstruments instruments, TimeProvider? time = null)
    {
        (_store, _instruments, _time) = (store, instruments, time ?? TimeProvider.System);
        instruments.ShowAccessExpiration(() => store.AccessExpiration);
    }

    /// <inheritdoc/>
    public string Name => _store.Name;

    /// <inheritdoc/>
    public DateTimeOffset? AccessExpiration => _store.AccessExpiration;

    /// <inheritdoc/>
    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => Measure(
        "check",
        async () =>
        {
            await _store.CheckAsync(access, cancellationToken);
            return true;
        },
        _ => Ok);

    /// <inheritdoc/>
    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        => Measure("put", () => _store.CreateAsync(path, content, cancellationToken), isNew => isNew ? Ok : "exists");

    /// <inheritdoc/>
    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
        => Measure("get", () => _store.ReadAsync(path, cancellationToken), blob => blob is null ? Missing : Ok);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
        => Measure("range", () => _store.ReadRangeAsync(path, offset, length, cancellationToken), bytes => bytes is null ? Missing : Ok);

    /// <inheritdoc/>
    public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken)
        => Measure("head", () => _store.ReadPropertiesAsync(path, cancellationToken), found => found is null ? Missing : Ok);

    /// <inheritdoc/>
    public Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
        => Measure("replace", () => _store.ReplaceAsync(path, content, expectedETag, cancellationToken), etag => etag is null ? "conflict" : Ok);

    /// <inheritdoc/>
    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken)
        => Measure("list", _store.ListAsync(prefix, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken)
        => Measure("folders", _store.ListFoldersAsync(prefix, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken)
        => Measure("delete", () => _store.DeleteAsync(path, cancellationToken), wasThere => wasThere ? Ok : Missing);

    private async Task<T> Measure<T>(string operation, Func<Task<T>> call, Func<T, string> describe)
    {
        var begun = _time.GetTimestamp();
        // Stands if the call ends in a way that nobody foresaw.
        var outcome = "error";
        try
        {
            var result = await call();
            outcome = describe(result);
            return result;
        }
        catch (Exception e)
        {
            outcome = Describe(e);
            throw;
        }
        finally
        {
            _instruments.OnCall(operation, outcome, _time.GetElapsedTime(begun).TotalSeconds);
        }
    }

    /// <summary>A listing takes the time in which its reader waits for it, not that in which the reader works.</summary>
    private async IAsyncEnumerable<T> Measure<T>(string operation, IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reading = items.GetAsyncEnumerator(cancellationToken);
        var (spent, outcome) = (TimeSpan.Zero, Ok);
        try
        {
            while (true)
            {
                var begun = _time.GetTimestamp();
                try
                {
                    if (!await reading.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (Exception e)
                {
                    outcome = Describe(e);
                    throw;
                }
                finally
                {
                    spent += _time.GetElapsedTime(begun);
                }

                yield return reading.Current;
            }
        }
        finally
        {
            _instruments.OnCall(operation, outcome, spent.TotalSeconds);
        }
    }

    private static string Describe(Exception error) => error switch
    {
        OperationCanceledException => "cancelled",
        StoreUnreachableException => "unreachable",
        _ => "error",
    };
}
