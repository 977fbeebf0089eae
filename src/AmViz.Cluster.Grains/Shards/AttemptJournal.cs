using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Journals the attempts of a shard that ended without a result: small create-only files, written only when something went wrong and read only when somebody asks.</summary>
/// <remarks>Bounded by the blame rules: after some ten of them in a run a task is quarantined.</remarks>
/// <param name="blobs">Where.</param>
internal sealed class AttemptJournal(IBlobStore blobs)
{
    private const int CurrentFormatVersion = 1;

    // Enough for any message; a stack that a driver dumps into it is cut.
    private const int LongestError = 2000;

    /// <summary>Appends attempts, all or none.</summary>
    /// <param name="shard">Whose.</param>
    /// <param name="epoch">Activation of the shard.</param>
    /// <param name="sequence">Number inside the epoch.</param>
    /// <param name="attempts">At least one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AppendAsync(ShardId shard, long epoch, long sequence, IReadOnlyList<FailedAttempt> attempts, CancellationToken cancellationToken)
    {
        var file = new AttemptFile(CurrentFormatVersion, [.. attempts.Select(attempt => attempt with { Error = Cut(attempt.Error) })]);
        var path = ResultLayout.Attempts(shard, epoch, sequence, RandomNumberGenerator.GetHexString(8, lowercase: true));
        if (!await blobs.CreateAsync(path, JsonSerializer.SerializeToUtf8Bytes(file, SweepJson.Compact), cancellationToken))
        {
            throw new StorageException($"'{path}' of {blobs.Name} is taken already. Append again.") { CanRetry = true };
        }
    }

    /// <summary>All attempts of a shard, oldest first.</summary>
    /// <exception cref="CorruptBlobException">A file is not what was written.</exception>
    public async IAsyncEnumerable<FailedAttempt> ReadAsync(ShardId shard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in blobs.ListAsync(ResultLayout.Attempts(shard), cancellationToken))
        {
            if (await blobs.ReadAsync(item.Path, cancellationToken) is { } blob)
            {
                foreach (var attempt in Parse(item.Path, blob.Content))
                {
                    yield return attempt;
                }
            }
        }
    }

    private IReadOnlyList<FailedAttempt> Parse(BlobPath path, ReadOnlyMemory<byte> content)
    {
        AttemptFile? file = null;
        JsonException? cause = null;
        try
        {
            file = JsonSerializer.Deserialize<AttemptFile>(content.Span, SweepJson.Compact);
        }
        catch (JsonException e)
        {
            cause = e;
        }

        return file is { FormatVersion: CurrentFormatVersion }
            ? file.Attempts
            : throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is not a journal of attempts that this program can read. Use the version that wrote it, or remove the file: no result depends on it.", cause);
    }

    private static string? Cut(string? error) => error?.Length > LongestError ? $"{error.AsSpan(0, LongestError)}..." : error;

    private sealed record AttemptFile(int FormatVersion, IReadOnlyList<FailedAttempt> Attempts);
}
