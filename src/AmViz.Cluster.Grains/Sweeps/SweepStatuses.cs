namespace AmViz.Cluster.Grains;

/// <summary>Describes a sweep.</summary>
internal static class SweepStatuses
{
    /// <summary>How a sweep ended, or what its shards have reported so far.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="entry">The last entry of its journal.</param>
    /// <param name="state">Its state, which may be ahead of the journal.</param>
    /// <param name="board">Reports of its shards.</param>
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
            Owner = entry.Owner,
            Steps = plan.Recipe.Steps,
            LastError = lastError,
            StartedAt = entry.RunStartedAt == default ? null : entry.RunStartedAt,
        };
}
