using System.Globalization;
using System.Text.Json;

namespace AmViz.Storage;

/// <summary>Folds the parts of a sweep into its manifest: <c>manifest.parquet</c>, <c>runlog.parquet</c> and, last, <c>manifest.json</c>.</summary>
/// <remarks>
/// Rows lie in the order of the plan, then by channel and seed. One shard's rows and one row group are in memory at a time,
/// besides the compressed files. Folding again gives the same bytes as long as no row was added, and leaves files alone that hold them.
/// </remarks>
/// <param name="blobs">Where.</param>
public sealed class ManifestWriter(IBlobStore blobs)
{
    // Two folders of one sweep are rare (a coordinator that was thought dead), and each round one of them gets through.
    private const int MaxRounds = 5;

    private readonly ManifestParts _parts = new(blobs);

    /// <summary>Folds whatever parts there are, also before the sweep has ended; an older manifest is replaced.</summary>
    /// <returns>What <c>manifest.json</c> says.</returns>
    /// <exception cref="CorruptBlobException">A part is not what was written.</exception>
    public async Task<ManifestHeader> FoldAsync(SweepPlan plan, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            if (await TryFoldAsync(plan, cancellationToken) is { } header)
            {
                return header;
            }
        }

        throw new StorageException($"The manifest of sweep '{plan.Id}' was changed by somebody else {MaxRounds} times while it was folded. Fold it again once the others are done.") { CanRetry = true };
    }

    // ETags are taken before the parts are read: whoever folded later knew more rows, and must not be overwritten.
    private async Task<ManifestHeader?> TryFoldAsync(SweepPlan plan, CancellationToken cancellationToken)
    {
        var (headerPath, rowsPath, runsPath) = (ResultLayout.ManifestHeader(plan.Id), ResultLayout.Manifest(plan.Id), ResultLayout.RunLog(plan.Id));
        var oldHeader = await blobs.ReadPropertiesAsync(headerPath, cancellationToken);
        var oldRows = await blobs.ReadPropertiesAsync(rowsPath, cancellationToken);
        var oldRuns = await blobs.ReadPropertiesAsync(runsPath, cancellationToken);
        var (header, rows, runs) = await BuildAsync(plan, cancellationToken);
        var json = JsonSerializer.SerializeToUtf8Bytes(header, SweepJson.Indented);
        return await ReplaceAsync(rowsPath, rows, oldRows, cancellationToken)
            && await ReplaceAsync(runsPath, runs, oldRuns, cancellationToken)
            && await ReplaceAsync(headerPath, json, oldHeader, cancellationToken)
            ? header
            : null;
    }

    /// <summary>Replaces a file, unless it holds the same already: only one of the same length has to be read to know.</summary>
    /// <returns>False if somebody else was faster.</returns>
    private async Task<bool> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, BlobProperties? old, CancellationToken cancellationToken)
        => (old?.Length == content.Length && await blobs.ReadAsync(path, cancellationToken) is { } there && there.Content.Span.SequenceEqual(content.Span))
            || await blobs.ReplaceAsync(path, content, old?.ETag, cancellationToken) is not null;

    private async Task<(ManifestHeader Header, ReadOnlyMemory<byte> Rows, ReadOnlyMemory<byte> Runs)> BuildAsync(
        SweepPlan plan, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["amviz.formatVersion"] = ManifestHeader.CurrentFormatVersion.ToString(CultureInfo.InvariantCulture),
            ["amviz.sweepId"] = plan.Id.Value,
        };
        await using var rows = await ParquetTableWriter<ManifestEntry>.OpenAsync(ManifestTable.Columns(), metadata, cancellationToken);
        await using var runs = await ParquetTableWriter<RunLogEntry>.OpenAsync(RunLogTable.Columns(), metadata, cancellationToken);
        using var digest = new RowsDigest();
        var counts = plan.Layers.ToDictionary(
            layer => (layer.Model, layer.Layer),
            layer => new OutcomeCounts(layer.Channels.Count * plan.Seeds.Count, 0, 0, 0, 0));
        foreach (var shard in plan.Shards())
        {
            var folded = await ShardRows.ReadAsync(_parts, shard, cancellationToken);
            foreach (var entry in folded.Entries)
            {
                await rows.AddAsync(entry, cancellationToken);
                digest.Add(entry);
                counts[(entry.Model, entry.Layer)] = counts[(entry.Model, entry.Layer)].With(entry.Outcome);
            }

            foreach (var run in folded.Runs)
            {
                await runs.AddAsync(run, cancellationToken);
            }
        }

        var header = Describe(plan, layer => counts[(layer.Model, layer.Layer)], digest.Finish());
        return (header, await rows.FinishAsync(cancellationToken), await runs.FinishAsync(cancellationToken));
    }

    private static ManifestHeader Describe(SweepPlan plan, Func<PlannedLayer, OutcomeCounts> counts, string rowsDigest) => new()
    {
        SweepId = plan.Id,
        RecipeHash = plan.Recipe.Hash,
        Recipe = plan.Recipe,
        Seeds = plan.Seeds,
        Models = [.. plan.Layers.Select(layer => new ManifestModel(layer.Model, layer.WeightsDigest)).Distinct()],
        Layers = [.. plan.Layers.Select(layer => new ManifestLayer(
            layer.Model, layer.Layer, layer.ChannelCount, layer.IsLogits, layer.Size, plan.RecipeFor(layer).Hash, counts(layer)))],
        Total = plan.Layers.Select(counts).Aggregate(new OutcomeCounts(0, 0, 0, 0, 0), (sum, layer) => sum + layer),
        RowsDigest = rowsDigest,
    };
}
