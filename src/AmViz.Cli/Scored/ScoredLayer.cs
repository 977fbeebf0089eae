using AmViz.Models;
using AmViz.Storage;

namespace AmViz.Cli.Scored;

/// <summary>A layer of a sweep whose pictures can be scored.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Pass">Photographs through it.</param>
/// <param name="Pictures">Rows of the manifest with a picture, in the order of channels and seeds; at least one.</param>
/// <param name="Dead">Channels without a picture, because nothing excites them.</param>
internal sealed record ScoredLayer(PlannedLayer Layer, ResponseSummary Pass, IReadOnlyList<ManifestEntry> Pictures, IReadOnlyList<int> Dead)
{
    /// <summary>Finds those of a sweep.</summary>
    /// <param name="blobs">Where sweep and passes lie.</param>
    /// <param name="arguments">Options that name that store, for the command line of a next step.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="network">Whose layers are meant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>In the order of the plan, at least one.</returns>
    /// <exception cref="UsageException">There is none.</exception>
    public static async Task<IReadOnlyList<ScoredLayer>> FindAsync(IBlobStore blobs, string arguments, SweepId sweep, NetworkDescription network, CancellationToken cancellationToken)
    {
        var plan = await ReadPlanAsync(blobs, sweep, cancellationToken);
        var drawn = plan.Layers.Where(layer => layer.WeightsDigest == network.WeightsDigest).ToList();
        if (drawn.Count == 0)
        {
            throw new UsageException($"Sweep '{sweep}' draws {string.Join(", ", plan.Layers.Select(layer => layer.Model).Distinct(StringComparer.Ordinal))}, and not '{network.Name}' with the weights {network.WeightsDigest[..12]}. Expected --model or --weights of a network of the sweep.");
        }

        var passes = await PassFinder.ReadAsync(blobs, cancellationToken);
        var rows = (await new ManifestReader(blobs).ReadRowsAsync(sweep, cancellationToken).ToListAsync(cancellationToken)).ToLookup(row => (row.WeightsDigest, row.Layer));
        if (rows.Count == 0)
        {
            throw new UsageException($"Sweep '{sweep}' has not ended, and only then its manifest names its pictures. Wait for it, or run it to its end.");
        }

        ScoredLayer[] found =
        [
            .. from layer in drawn
               let pass = passes.Of(layer.WeightsDigest, layer.Layer, layer.ChannelCount)
               where pass is not null
               select Of(layer, pass, rows[(layer.WeightsDigest, layer.Layer)]) into scored
               where scored.Pictures.Count > 0
               select scored,
        ];
        return found.Length > 0
            ? found
            : throw new UsageException($"No layer of sweep '{sweep}' has both pictures and a finished pass of photographs. Run 'amviz respond --layer {string.Join(",", drawn.Select(layer => layer.Layer))}{(arguments.Length > 0 ? $" {arguments}" : "")}' with photographs or textures first.");
    }

    /// <summary>Reads one that was found before.</summary>
    /// <param name="blobs">Where sweep and pass lie.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="weightsDigest">SHA-256 of the weights of the network.</param>
    /// <param name="table">Says which layer, and which pass.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">The sweep or the pass is gone.</exception>
    public static async Task<ScoredLayer> ReadAsync(IBlobStore blobs, SweepId sweep, string weightsDigest, ScoreTable table, CancellationToken cancellationToken)
    {
        var plan = await ReadPlanAsync(blobs, sweep, cancellationToken);
        var layer = plan.Layers.FirstOrDefault(layer => layer.WeightsDigest == weightsDigest && layer.Layer == table.Layer)
            ?? throw new UsageException($"Sweep '{sweep}' draws no layer '{table.Layer}' of the weights {weightsDigest}.");
        var pass = await new ResponseStore(blobs).ReadSummaryAsync(table.Pass, new(table.Crops, table.EffectiveFields), cancellationToken)
            ?? throw new UsageException($"{blobs.Name} has no finished pass {table.Pass} any more. Run its 'amviz respond' again.");
        var rows = new ManifestReader(blobs).ReadRowsAsync(sweep, cancellationToken).Where(row => row.WeightsDigest == weightsDigest && row.Layer == table.Layer);
        return Of(layer, pass, await rows.ToListAsync(cancellationToken));
    }

    private static async Task<SweepPlan> ReadPlanAsync(IBlobStore blobs, SweepId sweep, CancellationToken cancellationToken)
    {
        var plan = await new SweepStore(blobs).ReadPlanAsync(sweep, cancellationToken) ?? throw new UsageException($"{blobs.Name} has no plan of sweep '{sweep}'.");
        return plan.Work is null ? plan : throw new UsageException($"Sweep '{sweep}' of {blobs.Name} draws no pictures. Expected the id of one that does, as 'amviz run' prints it.");
    }

    private static ScoredLayer Of(PlannedLayer layer, ResponseSummary pass, IEnumerable<ManifestEntry> rows) => new(
        layer, pass,
        [.. rows.Where(row => row.Picture is not null && row.Sha256 is not null).OrderBy(row => row.Channel).ThenBy(row => row.Seed)],
        [.. rows.Where(row => row.Outcome == ChannelOutcome.Dead).Select(row => row.Channel).Distinct().Order()]);
}
