using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace AmViz.Storage;

/// <summary>Rows as they come in: small create-only files per shard, so that nothing is ever rewritten while a sweep runs.</summary>
/// <remarks>JSON lines: a header that says whose rows these are and how many, then one line a row.</remarks>
/// <param name="blobs">Where.</param>
public sealed class ManifestParts(IBlobStore blobs)
{
    /// <summary>Version of a part. Readers refuse higher ones.</summary>
    public const int CurrentFormatVersion = 1;

    // Enough to hide the latency of a remote store; parts are small.
    private const int ReadsAhead = 8;

    /// <summary>Appends rows to a shard, all or none.</summary>
    /// <param name="shard">Whose rows.</param>
    /// <param name="epoch">Life of the shard; a later life's rows are newer.</param>
    /// <param name="sequence">Number inside the epoch.</param>
    /// <param name="rows">At least one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where they lie.</returns>
    public async Task<BlobPath> AppendAsync(
        ShardId shard, long epoch, long sequence, IReadOnlyList<PartRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            throw new ArgumentException("A part has at least one row.", nameof(rows));
        }

        using var content = new MemoryStream();
        WriteLine(content, new PartHeader(CurrentFormatVersion, shard.ToString(), rows.Count));
        foreach (var row in rows)
        {
            WriteLine(content, row);
        }

        var path = ResultLayout.Part(shard, epoch, sequence, RandomNumberGenerator.GetHexString(8, lowercase: true));
        return await blobs.CreateAsync(path, content.GetBuffer().AsMemory(0, (int)content.Length), cancellationToken)
            ? path
            : throw new StorageException($"'{path}' of {blobs.Name} is taken already. Append again.") { CanRetry = true };
    }

    /// <summary>All rows of a shard, oldest first.</summary>
    /// <exception cref="CorruptBlobException">A part is not what was written.</exception>
    public IAsyncEnumerable<PartRow> ReadAsync(ShardId shard, CancellationToken cancellationToken)
        => ReadAsync(shard, (_, _) => true, cancellationToken);

    /// <summary>The rows of some parts of a shard, oldest first.</summary>
    /// <param name="shard">Whose.</param>
    /// <param name="isWanted">Told epoch and sequence of each part; parts with other names are wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CorruptBlobException">A part is not what was written.</exception>
    public async IAsyncEnumerable<PartRow> ReadAsync(
        ShardId shard, Func<long, long, bool> isWanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (path, blob) in BlobsAsync(shard, isWanted, cancellationToken))
        {
            foreach (var row in Parse(shard, path, blob.Content))
            {
                yield return row;
            }
        }
    }

    /// <summary>The row that counts for every task of a shard that has one, in the order of the tasks: of a sweep that is not folded yet.</summary>
    /// <exception cref="CorruptBlobException">A part is not what was written.</exception>
    public async Task<IReadOnlyList<ManifestEntry>> ReadEntriesAsync(Shard shard, CancellationToken cancellationToken)
        => (await ShardRows.ReadAsync(this, shard, cancellationToken)).Entries;

    /// <summary>Every part of a shard by itself, oldest first; one that is not what was written has no rows.</summary>
    internal async IAsyncEnumerable<(BlobPath Path, IReadOnlyList<PartRow>? Rows)> ReadEachAsync(
        ShardId shard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (path, blob) in BlobsAsync(shard, (_, _) => true, cancellationToken))
        {
            yield return (path, TryParse(shard, path, blob.Content));
        }
    }

    /// <summary>The parts' files in order; the next ones are read meanwhile.</summary>
    private async IAsyncEnumerable<(BlobPath Path, Blob Blob)> BlobsAsync(
        ShardId shard, Func<long, long, bool> isWanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<(BlobPath Path, Task<Blob?> Reading)>();
        try
        {
            await foreach (var item in blobs.ListAsync(ResultLayout.Parts(shard), cancellationToken))
            {
                if (ResultLayout.TryParsePart(item.Path.Name, out var epoch, out var sequence) && !isWanted(epoch, sequence))
                {
                    continue;
                }

                ahead.Enqueue((item.Path, blobs.ReadAsync(item.Path, cancellationToken)));
                if (ahead.Count > ReadsAhead && await NextAsync(ahead) is { } part)
                {
                    yield return part;
                }
            }

            while (ahead.Count > 0)
            {
                if (await NextAsync(ahead) is { } part)
                {
                    yield return part;
                }
            }
        }
        finally
        {
            // Whoever stops early leaves no read behind.
            await Task.WhenAll(ahead.Select(next => (Task)next.Reading)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private static async Task<(BlobPath Path, Blob Blob)?> NextAsync(Queue<(BlobPath Path, Task<Blob?> Reading)> ahead)
    {
        var blob = await ahead.Peek().Reading;
        var (path, _) = ahead.Dequeue();
        return blob is null ? null : (path, blob);
    }

    private List<PartRow>? TryParse(ShardId shard, BlobPath path, ReadOnlyMemory<byte> content)
    {
        try
        {
            return Parse(shard, path, content);
        }
        catch (CorruptBlobException)
        {
            return null;
        }
    }

    private List<PartRow> Parse(ShardId shard, BlobPath path, ReadOnlyMemory<byte> content)
    {
        PartHeader? header = null;
        var rows = new List<PartRow>();
        foreach (var line in content.Span.Split((byte)'\n'))
        {
            var text = content.Span[line];
            if (header is null)
            {
                header = StoredJson.Read<PartHeader>(blobs.Name, path, text, CurrentFormatVersion, read => read.FormatVersion);
            }
            else if (!text.IsEmpty)
            {
                rows.Add(StoredJson.Read<PartRow>(blobs.Name, path, text));
            }
        }

        if (header?.Rows != rows.Count || header.Shard != shard.ToString())
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} has {rows.Count} rows and says it is part of '{header?.Shard}' with {header?.Rows} rows; expected a part of '{shard}'. Remove it and run again: pictures are found by their own records.");
        }

        return rows;
    }

    private static void WriteLine<T>(MemoryStream content, T value)
    {
        JsonSerializer.Serialize(content, value, SweepJson.Compact);
        content.WriteByte((byte)'\n');
    }

    private sealed record PartHeader(int FormatVersion, string Shard, int Rows);
}
