using AmViz.Storage;

namespace AmViz.Atlas;

/// <summary>What an atlas is made of: what was to be drawn and what came of it so far.</summary>
/// <param name="Plan">The plan; its layers, in its order, become pages.</param>
/// <param name="Entries">Rows of the manifest. Tasks of the plan without a row are shown as not drawn yet.</param>
public sealed record AtlasSweep(SweepPlan Plan, IReadOnlyCollection<ManifestEntry> Entries)
{
    /// <summary>Reads a sweep's plan and folded manifest.</summary>
    /// <returns>Null if the store has no such sweep.</returns>
    /// <exception cref="StorageException">The store cannot be used, or a file in it cannot be read.</exception>
    public static async Task<AtlasSweep?> ReadAsync(IBlobStore store, SweepId sweep, CancellationToken cancellationToken)
    {
        if (await new SweepStore(store).ReadPlanAsync(sweep, cancellationToken) is not { } plan)
        {
            return null;
        }

        var entries = new List<ManifestEntry>(plan.TaskCount);
        await foreach (var entry in new ManifestReader(store).ReadRowsAsync(sweep, cancellationToken))
        {
            entries.Add(entry);
        }

        return new AtlasSweep(plan, entries);
    }
}
