using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Status of sweeps from the store alone: for lists, which must not activate every sweep there ever was.</summary>
/// <param name="sweeps">Plans.</param>
/// <param name="journal">Their states.</param>
internal sealed class SweepHistory(SweepStore sweeps, SweepJournal journal)
{
    /// <summary>How a sweep ended, or its state as far as its journal goes: of one that is live, its shards know more.</summary>
    /// <returns>Null if the store has no such sweep.</returns>
    public async Task<SweepStatus?> ReadAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        var entry = await journal.ReadLastAsync(sweep, cancellationToken) ?? JournalEntry.None;
        if (entry is { Final: { } final } && entry.State.HasEnded())
        {
            return final;
        }

        return await sweeps.ReadPlanAsync(sweep, cancellationToken) is { } plan
            ? SweepStatuses.Of(plan, entry, entry.State, new(plan, TimeProvider.System), lastError: null)
            : null;
    }
}
