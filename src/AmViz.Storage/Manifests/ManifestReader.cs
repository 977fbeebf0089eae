using System.Runtime.CompilerServices;

namespace AmViz.Storage;

/// <summary>Reads folded manifests and run logs.</summary>
/// <param name="blobs">Where.</param>
public sealed class ManifestReader(IBlobStore blobs)
{
    /// <summary>What <c>manifest.json</c> says.</summary>
    /// <returns>Null if the sweep was never folded.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read, or is of a later version.</exception>
    public async Task<ManifestHeader?> ReadHeaderAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        var path = ResultLayout.ManifestHeader(sweep);
        return await blobs.ReadAsync(path, cancellationToken) is { } blob
            ? StoredJson.Read<ManifestHeader>(blobs.Name, path, blob.Content.Span, ManifestHeader.CurrentFormatVersion, header => header.FormatVersion)
            : null;
    }

    /// <summary>The rows of <c>manifest.parquet</c>, in the order of the plan, then by channel and seed; none if the sweep was never folded.</summary>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public IAsyncEnumerable<ManifestEntry> ReadRowsAsync(SweepId sweep, CancellationToken cancellationToken)
        => ReadAsync(ResultLayout.Manifest(sweep), ManifestTable.ReadGroup, cancellationToken);

    /// <summary>The rows of a table that came from another store.</summary>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public static IAsyncEnumerable<ManifestEntry> ReadRowsAsync(SweepId sweep, ReadOnlyMemory<byte> table, CancellationToken cancellationToken)
        => ParquetTableReader.ReadAsync("The cluster's store", ResultLayout.Manifest(sweep), table, ManifestTable.ReadGroup, cancellationToken);

    /// <summary>The rows of <c>runlog.parquet</c>; none if the sweep was never folded.</summary>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public IAsyncEnumerable<RunLogEntry> ReadRunLogAsync(SweepId sweep, CancellationToken cancellationToken)
        => ReadAsync(ResultLayout.RunLog(sweep), RunLogTable.ReadGroup, cancellationToken);

    private async IAsyncEnumerable<TRow> ReadAsync<TRow>(
        BlobPath path, Func<ParquetGroup, Task<IReadOnlyList<TRow>>> readGroup, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await blobs.ReadAsync(path, cancellationToken) is { } blob)
        {
            await foreach (var row in ParquetTableReader.ReadAsync(blobs.Name, path, blob.Content, readGroup, cancellationToken))
            {
                yield return row;
            }
        }
    }
}
