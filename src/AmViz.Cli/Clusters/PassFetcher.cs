using AmViz.Cluster.Http;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Clusters;

/// <summary>Copies what a pass of photographs came to into a folder store of this machine, but for the statistics of its shards. What is there is not fetched again.</summary>
/// <param name="results">The way there.</param>
/// <param name="store">Where it goes.</param>
/// <param name="sweep">The sweep that was the pass.</param>
/// <param name="pass">The pass.</param>
internal sealed class PassFetcher(HttpResultClient results, FolderBlobStore store, SweepId sweep, PassWork pass)
{
    private const int AtOnce = 8;

    private readonly ShownChoice _shown = new(pass.Crops, pass.EffectiveFields);

    /// <summary>Fetches tables and crops; the summary is the caller's to write after them.</summary>
    /// <returns>How many files came, and of how many bytes.</returns>
    /// <exception cref="StorageException">The cluster's store lacks one of them.</exception>
    public async Task<(int Files, long Bytes)> FetchAsync(ResponseSummary summary, CancellationToken cancellationToken)
    {
        BlobPath[] tables =
        [
            ResultLayout.ResponsePlan(pass.Id), ResultLayout.ResponsePhotographs(pass.Id),
            .. summary.Layers.Select(layer => ResultLayout.ResponseSample(pass.Id, layer.Layer)),
            .. summary.Layers.SelectMany(layer => ResponseStore.Tables.Select(table => ResultLayout.ResponseTable(pass.Id, _shown.Name, layer.Layer, table))),
        ];
        var (files, bytes) = await FetchAsync(tables, cancellationToken);
        var reader = new ResponseReader(store);
        var crops = new HashSet<BlobPath>();
        foreach (var layer in summary.Layers)
        {
            crops.UnionWith((await reader.ReadExamplesAsync(summary, layer.Layer, cancellationToken)).Select(example => example.Crop).OfType<BlobPath>());
        }

        var more = await FetchAsync(crops, cancellationToken);
        return (files + more.Files, bytes + more.Bytes);
    }

    /// <summary>A file of the pass.</summary>
    /// <exception cref="StorageException">The cluster's store lacks it.</exception>
    public async Task<byte[]> ReadAsync(BlobPath path, CancellationToken cancellationToken)
        => await results.PassFileAsync(sweep, path.Value, cancellationToken)
            ?? throw new StorageException($"The cluster's store lacks '{path}' of the pass {pass.Id}. Have it made again: remove its responses.json there, and 'amviz sweep submit SPEC --again'.");

    private async Task<(int Files, long Bytes)> FetchAsync(IEnumerable<BlobPath> paths, CancellationToken cancellationToken)
    {
        var (files, bytes) = (0, 0L);
        await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (path, cancel) =>
        {
            if (await store.ReadPropertiesAsync(path, cancel) is null)
            {
                var file = await ReadAsync(path, cancel);
                await store.CreateAsync(path, file, cancel);
                Interlocked.Increment(ref files);
                Interlocked.Add(ref bytes, file.Length);
            }
        });
        return (files, bytes);
    }
}
