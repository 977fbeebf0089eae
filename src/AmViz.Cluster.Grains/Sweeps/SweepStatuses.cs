using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>Says how far a sweep is.</summary>
internal static class SweepStatuses
{
    /// <summary>What is known of a sweep: how it ended, or what its shards have told so far.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="entry">The last entry of its journal.</param>
    /// <param name="state">Where it stands, which may be further than what is written.</param>
    /// <param name="board">What its shards have told.</param>
    /// <param name="lastError">The last thing that went wrong.</param>
    public static SweepStatus Of(SweepPlan plan, JournalEntry entry, SweepState state, ShardBoard board, string? lastError)
        => entry.Final is { } final && state.HasEnded() ? final : new()
        {
            Id = plan.Id,
            State = state,
            Layers = board.Layers(),
            Counts = board.Counts,
            Rank = entry.Rank ?? SweepRank.Default,
            Pool = entry.Pool ?? DevicePool.Any,
            Steps = plan.Recipe.Steps,
            LastError = lastError,
            StartedAt = entry.RunStartedAt == default ? null : entry.RunStartedAt,
        };
}
