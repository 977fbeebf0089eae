using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Benchmarks;

/// <summary>The folded manifest beside the plan.</summary>
/// <param name="Lost">Tasks without a row.</param>
/// <param name="Duplicates">Rows of tasks that have another row.</param>
/// <param name="NotRendered">Rows without a picture.</param>
/// <param name="Bytes">Length of <c>manifest.parquet</c>.</param>
public sealed record ManifestCheck(int Lost, int Duplicates, int NotRendered, long Bytes)
{
    internal static async Task<ManifestCheck> OfAsync(IBlobStore store, SweepPlan plan, CancellationToken cancellationToken)
    {
        var open = plan.Shards().SelectMany(shard => shard.Tasks()).Select(task => (task.Model, task.Layer, task.Channel, task.Seed)).ToHashSet();
        var (duplicates, notRendered) = (0, 0);
        await foreach (var row in new ManifestReader(store).ReadRowsAsync(plan.Id, cancellationToken))
        {
            duplicates += open.Remove((row.Model, row.Layer, row.Channel, row.Seed)) ? 0 : 1;
            notRendered += row.Outcome == ChannelOutcome.Rendered ? 0 : 1;
        }

        var file = await store.ReadAsync(ResultLayout.Manifest(plan.Id), cancellationToken);
        return new(open.Count, duplicates, notRendered, file?.Content.Length ?? 0);
    }
}
