using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>How every task of a shard ended, as far as rows were written.</summary>
/// <param name="shard">The shard.</param>
internal sealed class ShardLedger(Shard shard)
{
    private readonly ChannelOutcome?[] _outcomes = new ChannelOutcome?[shard.Count];
    private TaskCounts _counts = new() { Planned = shard.Count };

    /// <summary>Counts of the tasks entered.</summary>
    public TaskCounts Counts => _counts;

    /// <summary>Enters a task's end; a task is entered once.</summary>
    public void Enter(int task, TaskEnding ending)
    {
        if (_outcomes[task] is not null)
        {
            return;
        }

        _outcomes[task] = ending.Outcome;
        _counts = ending.Outcome switch
        {
            ChannelOutcome.Rendered when ending.IsOfThisRun => _counts with { Rendered = _counts.Rendered + 1 },
            ChannelOutcome.Rendered => _counts with { Skipped = _counts.Skipped + 1 },
            ChannelOutcome.Dead => _counts with { Failed = _counts.Failed + 1, Dead = _counts.Dead + 1 },
            ChannelOutcome.NotFinite => _counts with { Failed = _counts.Failed + 1, NotFinite = _counts.NotFinite + 1 },
            _ => _counts with { Failed = _counts.Failed + 1 },
        };
    }
}
