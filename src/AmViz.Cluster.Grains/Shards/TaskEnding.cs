using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>How a task of a shard ended, as its row says.</summary>
/// <param name="Outcome">How.</param>
/// <param name="IsOfThisRun">Whether it was drawn since the sweep was last submitted.</param>
/// <param name="Bytes">Length of its picture; 0: none.</param>
internal readonly record struct TaskEnding(ChannelOutcome Outcome, bool IsOfThisRun, int Bytes)
{
    /// <summary>What a row says of a run that began at <paramref name="runStartedAt"/>.</summary>
    public static TaskEnding Of(PartRow row, DateTimeOffset runStartedAt)
        => new(row.Entry.Outcome, !row.Run.Skipped && row.Run.CommittedAt >= runStartedAt, (int)(row.Entry.Bytes ?? 0));
}
