using System.Runtime.CompilerServices;

namespace AmViz.Storage;

/// <summary>Reads folded manifests and run logs.</summary>
/// <param name="blobs">Where.</param>
public sealed class ManifestReader(IBlobStore blobs)
{
    private const string Remedy = "run the sweep again to have it made anew from its parts";

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

    /// <summary>The rows of a manifest that came from another store, each at the address that its picture has.</summary>
    /// <param name="sweep">Whose it is.</param>
    /// <param name="header">Its <c>manifest.json</c>.</param>
    /// <param name="table">Its <c>manifest.parquet</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the two are not of one folding.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read, or names pictures that its sweep does not have.</exception>
    public static async Task<IReadOnlyList<ManifestEntry>?> ReadCopyAsync(SweepId sweep, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> table, CancellationToken cancellationToken)
    {
        const string Store = "The other store";
        var expected = StoredJson.Read<ManifestHeader>(Store, ResultLayout.ManifestHeader(sweep), header.Span, ManifestHeader.CurrentFormatVersion, read => read.FormatVersion).RowsDigest;
        using var digest = new RowsDigest();
        var rows = new List<ManifestEntry>();
        await foreach (var row in ParquetTableReader.ReadAsync(Store, ResultLayout.Manifest(sweep), table, ManifestTable.ReadGroup, Remedy, cancellationToken))
        {
            if (row.Picture is { } picture && picture != ResultLayout.Picture(ShardRows.TaskOf(row), row.Recipe).Value)
            {
                throw new CorruptBlobException(ResultLayout.Manifest(sweep), $"'{picture}' is not where the picture of {ShardRows.TaskOf(row)} lies. Nothing of the manifest was used.");
            }

            digest.Add(row);
            rows.Add(row);
        }

        return digest.Finish() == expected ? rows : null;
    }

    /// <summary>The rows of <c>runlog.parquet</c>; none if the sweep was never folded.</summary>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public IAsyncEnumerable<RunLogEntry> ReadRunLogAsync(SweepId sweep, CancellationToken cancellationToken)
        => ReadAsync(ResultLayout.RunLog(sweep), RunLogTable.ReadGroup, cancellationToken);

    private async IAsyncEnumerable<TRow> ReadAsync<TRow>(
        BlobPath path, Func<ParquetGroup, Task<IReadOnlyList<TRow>>> readGroup, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await blobs.ReadAsync(path, cancellationToken) is { } blob)
        {
            await foreach (var row in ParquetTableReader.ReadAsync(blobs.Name, path, blob.Content, readGroup, Remedy, cancellationToken))
            {
                yield return row;
            }
        }
    }
}
