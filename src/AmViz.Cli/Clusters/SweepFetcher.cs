using System.Globalization;
using System.Security.Cryptography;
using AmViz.Cluster.Http;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Clusters;

/// <summary>Copies what a sweep of a cluster has drawn into a store of this machine, through the API of the cluster. What is there is not fetched again.</summary>
/// <param name="results">The way there.</param>
/// <param name="store">Where it goes.</param>
internal sealed class SweepFetcher(HttpResultClient results, IBlobStore store)
{
    private const string Pictures = "pictures";

    // A few are on their way while others are written.
    private const int AtOnce = 8;

    /// <summary>Fetches a sweep: its plan, its pictures, and at last the manifest that names them, so that a store that was cut off never names what it lacks.</summary>
    /// <exception cref="UsageException">The cluster has no such sweep, or it has not ended.</exception>
    /// <exception cref="StorageException">A picture is not what the manifest says, or the store cannot be written to.</exception>
    public async Task<FetchedSweep> FetchAsync(SweepId sweep, ITransferDisplay display, CancellationToken cancellationToken)
    {
        var plan = await FileAsync(sweep, ResultLayout.Plan(sweep), cancellationToken)
            ?? throw new UsageException($"The cluster's store has no sweep '{sweep}'. 'amviz sweep list --all' lists those it has.");
        if (await FileAsync(sweep, ResultLayout.Manifest(sweep), cancellationToken) is not { } table || await FileAsync(sweep, ResultLayout.ManifestHeader(sweep), cancellationToken) is not { } header)
        {
            throw new UsageException($"Sweep {sweep} has not ended, and only then its manifest names what there is. Wait for it: 'amviz sweep watch {sweep}'.");
        }

        await store.CreateAsync(ResultLayout.Plan(sweep), plan, cancellationToken);
        var rows = await RowsAsync(sweep, table, cancellationToken);
        var fetched = await display.ShowAsync(progress => PicturesAsync(sweep, rows, progress, cancellationToken));
        await ReplaceAsync(ResultLayout.Manifest(sweep), table, cancellationToken);
        if (await FileAsync(sweep, ResultLayout.RunLog(sweep), cancellationToken) is { } log)
        {
            await ReplaceAsync(ResultLayout.RunLog(sweep), log, cancellationToken);
        }

        await ReplaceAsync(ResultLayout.ManifestHeader(sweep), header, cancellationToken);
        return fetched;
    }

    private Task<byte[]?> FileAsync(SweepId sweep, BlobPath file, CancellationToken cancellationToken) => results.FileAsync(sweep, file.Name, cancellationToken);

    /// <summary>Rows of the table that have pictures.</summary>
    private static async Task<IReadOnlyList<ManifestEntry>> RowsAsync(SweepId sweep, byte[] table, CancellationToken cancellationToken)
        => await ManifestReader.ReadRowsAsync(sweep, table, cancellationToken).Where(row => row.Picture is not null).ToListAsync(cancellationToken);

    private async Task<FetchedSweep> PicturesAsync(SweepId sweep, IReadOnlyList<ManifestEntry> rows, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        var total = rows.Sum(row => row.Bytes ?? 0);
        long done = 0, bytes = 0;
        var fetched = 0;
        await Parallel.ForEachAsync(rows, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (row, cancel) =>
        {
            if (await FetchAsync(sweep, row, cancel) is { } length)
            {
                Interlocked.Increment(ref fetched);
                Interlocked.Add(ref bytes, length);
            }

            progress.Report(new(Pictures, Interlocked.Add(ref done, row.Bytes ?? 0), total));
        });
        return new(sweep, fetched, rows.Count - fetched, bytes);
    }

    /// <summary>Fetches the picture of a row.</summary>
    /// <returns>Its length; null: it is there.</returns>
    private async Task<long?> FetchAsync(SweepId sweep, ManifestEntry row, CancellationToken cancellationToken)
    {
        var path = new BlobPath(row.Picture!);
        if (await store.ReadPropertiesAsync(path, cancellationToken) is { } there && there.Length == row.Bytes)
        {
            return null;
        }

        var picture = await results.PictureAsync(sweep, path.Value, cancellationToken)
            ?? throw new StorageException($"The cluster's store lacks '{path}', which its manifest names. Have it drawn again: 'amviz sweep submit SPEC --again'.");
        if (Convert.ToHexStringLower(SHA256.HashData(picture)) is var digest && digest != row.Sha256)
        {
            throw new StorageException(string.Create(
                CultureInfo.InvariantCulture, $"'{path}' came with SHA-256 {digest}; the manifest of the cluster says {row.Sha256}. Let whoever runs the cluster look: 'amviz manifest verify --repair'."));
        }

        await ReplaceAsync(path, picture, cancellationToken);
        return picture.Length;
    }

    private async Task ReplaceAsync(BlobPath path, byte[] content, CancellationToken cancellationToken)
    {
        var there = await store.ReadPropertiesAsync(path, cancellationToken);
        if (await store.ReplaceAsync(path, content, there?.ETag, cancellationToken) is null)
        {
            throw new StorageException($"'{path}' of {store.Name} was changed by another program while it was fetched. Run the command again.");
        }
    }
}

/// <summary>What was fetched of a sweep.</summary>
/// <param name="Id">The sweep.</param>
/// <param name="Fetched">Pictures that came.</param>
/// <param name="Kept">Pictures that were there.</param>
/// <param name="Bytes">Length of those that came, in bytes.</param>
internal sealed record FetchedSweep(SweepId Id, int Fetched, int Kept, long Bytes);
