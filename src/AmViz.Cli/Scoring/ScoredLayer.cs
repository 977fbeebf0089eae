using AmViz.Cli.Options;
using AmViz.Models;
using AmViz.Storage;

namespace AmViz.Cli.Scoring;

/// <summary>A layer of a sweep whose pictures can be scored.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Pass">Photographs through it.</param>
/// <param name="Pictures">Rows of the manifest with a picture, in the order of channels and seeds; at least one.</param>
/// <param name="Dead">Channels without a picture, because nothing excites them.</param>
internal sealed record ScoredLayer(PlannedLayer Layer, ResponseSummary Pass, IReadOnlyList<ManifestEntry> Pictures, IReadOnlyList<int> Dead)
{
    /// <summary>Finds those of a sweep.</summary>
    /// <param name="store">Where sweep and passes lie.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="network">Whose layers are meant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>In the order of the plan, at least one.</returns>
    /// <exception cref="UsageException">There is none.</exception>
    public static async Task<IReadOnlyList<ScoredLayer>> FindAsync(ChosenStore store, SweepId sweep, NetworkDescription network, CancellationToken cancellationToken)
    {
        var plan = await new SweepStore(store.Blobs).ReadPlanAsync(sweep, cancellationToken)
            ?? throw new StorageException($"{store.Blobs.Name} has no plan of sweep '{sweep}'.");
        var drawn = plan.Layers.Where(layer => layer.WeightsDigest == network.WeightsDigest).ToList();
        if (drawn.Count == 0)
        {
            throw new UsageException($"Sweep '{sweep}' draws {string.Join(", ", plan.Layers.Select(layer => layer.Model).Distinct(StringComparer.Ordinal))}, and not '{network.Name}' with the weights {network.WeightsDigest[..12]}. Expected --model or --weights of a network of the sweep.");
        }

        var passes = await PassFinder.ReadAsync(store.Blobs, cancellationToken);
        var rows = await new ManifestReader(store.Blobs).ReadRowsAsync(sweep, cancellationToken).ToListAsync(cancellationToken);
        var pictures = rows.Where(row => row.Picture is not null && row.Sha256 is not null).ToLookup(row => (row.WeightsDigest, row.Layer));
        var dead = rows.Where(row => row.Outcome == ChannelOutcome.Dead).ToLookup(row => (row.WeightsDigest, row.Layer), row => row.Channel);
        ScoredLayer[] found =
        [
            .. from layer in drawn
               let pass = passes.Of(layer.WeightsDigest, layer.Layer, layer.ChannelCount)
               where pass is not null && pictures[(layer.WeightsDigest, layer.Layer)].Any()
               select new ScoredLayer(layer, pass, [.. pictures[(layer.WeightsDigest, layer.Layer)].OrderBy(row => row.Channel).ThenBy(row => row.Seed)],
                   [.. dead[(layer.WeightsDigest, layer.Layer)].Distinct().Order()]),
        ];
        return found.Length > 0
            ? found
            : throw new UsageException($"No layer of sweep '{sweep}' has both pictures and a finished pass of photographs. Run 'amviz respond --layer {string.Join(",", drawn.Select(layer => layer.Layer))} {store.Arguments}' with photographs or textures first.");
    }
}
