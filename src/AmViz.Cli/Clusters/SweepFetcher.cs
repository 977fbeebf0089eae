using System.Security.Cryptography;
using AmViz.Cluster.Http;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Clusters;

/// <summary>Copies what a sweep of a cluster has drawn into a folder store of this machine, through the API of the cluster. What is there is not fetched again.</summary>
/// <param name="results">The way there.</param>
/// <param name="store">Where it goes.</param>
internal sealed class SweepFetcher(HttpResultClient results, FolderBlobStore store)
{
    // What is on its way, in words.
    private const string Files = "files";

    // A few are on their way while others are written.
    private const int AtOnce = 8;

    // A manifest that is folded anew between two requests is asked for again.
    private const int Attempts = 3;

    /// <summary>Fetches a sweep: its plan, its pictures, and at last the manifest that names them, so that a store that was cut off never names what it lacks.</summary>
    /// <exception cref="UsageException">The cluster has no such sweep, or it was never folded.</exception>
    /// <exception cref="StorageException">A picture is not what the manifest says, another one lies in its place here, or the store cannot be written to.</exception>
    public async Task<FetchedSweep> FetchAsync(SweepId sweep, ITransferDisplay display, CancellationToken cancellationToken)
    {
        var plan = await FileAsync(sweep, ResultLayout.Plan(sweep), cancellationToken)
            ?? throw new UsageException($"The cluster's store has no sweep '{sweep}'. 'amviz sweep list --all' lists those it has.");
        var manifest = await ManifestAsync(sweep, cancellationToken);
        await store.CreateAsync(ResultLayout.Plan(sweep), plan, cancellationToken);
        var work = (await new SweepStore(store).ReadPlanAsync(sweep, cancellationToken))!.Work;
        var fetched = await display.ShowAsync(progress => work switch
        {
            PassWork pass => PassAsync(sweep, pass, manifest.Rows, progress, cancellationToken),
            ScoreWork scores => ScoresAsync(sweep, scores, manifest.Rows, progress, cancellationToken),
            _ => PicturesAsync(sweep, manifest.Rows, progress, cancellationToken),
        });
        await ReplaceAsync(ResultLayout.Manifest(sweep), manifest.Table, cancellationToken);
        if (await FileAsync(sweep, ResultLayout.RunLog(sweep), cancellationToken) is { } log)
        {
            await ReplaceAsync(ResultLayout.RunLog(sweep), log, cancellationToken);
        }

        await ReplaceAsync(ResultLayout.ManifestHeader(sweep), manifest.Header, cancellationToken);
        return fetched;
    }

    private Task<byte[]?> FileAsync(SweepId sweep, BlobPath file, CancellationToken cancellationToken) => results.FileAsync(sweep, file.Name, cancellationToken);

    private async Task<FetchedManifest> ManifestAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await FileAsync(sweep, ResultLayout.Manifest(sweep), cancellationToken) is not { } table || await FileAsync(sweep, ResultLayout.ManifestHeader(sweep), cancellationToken) is not { } header)
            {
                throw new UsageException($"Sweep {sweep} has not ended, and only then its manifest names what there is. Wait for it: 'amviz sweep watch {sweep}'.");
            }

            if (await ManifestReader.ReadCopyAsync(sweep, header, table, cancellationToken) is { } rows)
            {
                return new(header, table, [.. rows.Where(row => row.Sha256 is not null)]);
            }
        }

        throw new StorageException($"Table and header of the manifest of sweep {sweep} do not belong together. If the sweep has just ended again, repeat the command; else let whoever runs the cluster look: 'amviz manifest verify --repair'.");
    }

    /// <summary>Fetches what the tasks of a pass came to, tables and crops, and at last the summary that names them.</summary>
    private async Task<FetchedSweep> PassAsync(SweepId sweep, PassWork pass, IReadOnlyList<ManifestEntry> rows, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        var ofTables = rows.ToLookup(row => row.Layer == PassWork.Tables);
        BlobPath PathOf(ManifestEntry row) => ResultLayout.Computed(pass, row.Layer, row.Channel);
        var fetcher = new PassFetcher(results, store, sweep, pass);
        var shards = await FilesAsync(sweep, [.. ofTables[false]], PathOf, path => fetcher.ReadAsync(path, cancellationToken), progress, cancellationToken);
        foreach (var row in ofTables[true])
        {
            var summary = await fetcher.ReadAsync(PathOf(row), cancellationToken);
            var (files, bytes) = await fetcher.FetchAsync(ResponseStore.ReadSummary(summary, PathOf(row), store.Name), cancellationToken);
            var last = await FilesAsync(sweep, [row], PathOf, _ => Task.FromResult(summary), progress, cancellationToken);
            shards = shards with { Fetched = shards.Fetched + files + last.Fetched, Kept = shards.Kept + last.Kept, Bytes = shards.Bytes + bytes + last.Bytes };
        }

        return shards;
    }

    private Task<FetchedSweep> ScoresAsync(SweepId sweep, ScoreWork scores, IReadOnlyList<ManifestEntry> rows, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
        => FilesAsync(
            sweep, rows, row => ResultLayout.Computed(scores, row.Layer, row.Channel),
            async path => await results.ScoreFileAsync(sweep, path.Value, cancellationToken)
                ?? throw new StorageException($"The cluster's store lacks '{path}', which was made. Have it made again: 'amviz sweep submit SPEC --again'."),
            progress, cancellationToken);

    private Task<FetchedSweep> PicturesAsync(SweepId sweep, IReadOnlyList<ManifestEntry> rows, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
        => FilesAsync(
            sweep, rows, row => new BlobPath(row.Picture!),
            async path => await results.PictureAsync(sweep, path.Value, cancellationToken)
                ?? throw new StorageException($"The cluster's store lacks '{path}', which its manifest names. Have it drawn again: 'amviz sweep submit SPEC --again'."),
            progress, cancellationToken);

    /// <summary>Fetches the files of rows.</summary>
    private async Task<FetchedSweep> FilesAsync(
        SweepId sweep, IReadOnlyList<ManifestEntry> rows, Func<ManifestEntry, BlobPath> pathOf, Func<BlobPath, Task<byte[]>> read, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        var total = rows.Sum(row => row.Bytes ?? 0);
        var counting = new Lock();
        var (fetched, bytes, done) = (0, 0L, 0L);
        await Parallel.ForEachAsync(rows, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (row, cancel) =>
        {
            var isNew = await FetchAsync(row, pathOf(row), read, cancel);
            lock (counting)
            {
                fetched += isNew ? 1 : 0;
                bytes += isNew ? row.Bytes ?? 0 : 0;
                // Told in order, by one at a time: what shows it counts on that.
                progress.Report(new(Files, done += row.Bytes ?? 0, total));
            }
        });
        return new(sweep, fetched, rows.Count - fetched, bytes);
    }

    /// <summary>Fetches the file of a row.</summary>
    /// <returns>False if it is there.</returns>
    private async Task<bool> FetchAsync(ManifestEntry row, BlobPath path, Func<BlobPath, Task<byte[]>> read, CancellationToken cancellationToken)
    {
        if (await store.ReadPropertiesAsync(path, cancellationToken) is { } there)
        {
            // The ETag of a folder store is the SHA-256.
            return there.ETag == row.Sha256 ? false
                : throw new StorageException($"'{path}' of {store.Name} is another {(row.Picture is null ? "file" : "picture")} (SHA-256 {there.ETag}) than that of the cluster ({row.Sha256}): made on another kind of processor, or damaged. Nothing was replaced. Fetch into a folder of its own, or remove a damaged one: 'amviz manifest verify --repair --out {store.Root}'.");
        }

        var file = await read(path);
        if (Convert.ToHexStringLower(SHA256.HashData(file)) is var digest && digest != row.Sha256)
        {
            throw new StorageException($"'{path}' came with SHA-256 {digest}; the manifest of the cluster says {row.Sha256}. Let whoever runs the cluster look: 'amviz manifest verify --repair'.");
        }

        return await store.CreateAsync(path, file, cancellationToken);
    }

    private async Task ReplaceAsync(BlobPath path, byte[] content, CancellationToken cancellationToken)
    {
        var there = await store.ReadPropertiesAsync(path, cancellationToken);
        if (await store.ReplaceAsync(path, content, there?.ETag, cancellationToken) is null)
        {
            throw new StorageException($"'{path}' of {store.Name} was changed by another program while it was fetched. Run the command again.");
        }
    }

    private sealed record FetchedManifest(byte[] Header, byte[] Table, IReadOnlyList<ManifestEntry> Rows);
}

/// <summary>What was fetched of a sweep.</summary>
/// <param name="Id">The sweep.</param>
/// <param name="Fetched">Pictures, or files of what was computed instead, that came.</param>
/// <param name="Kept">Those that were there.</param>
/// <param name="Bytes">Length of those that came, in bytes.</param>
internal sealed record FetchedSweep(SweepId Id, int Fetched, int Kept, long Bytes);
