using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Progress, faults and leases of a shard, without a grain around them.</summary>
internal sealed class TestShard
{
    private static readonly ChannelTask AnyTask = new("fakenet", "0123456789abcdef", "conv_1", 0, 0);

    private readonly LeaseOptions _options;

    /// <summary>A shard as it is opened.</summary>
    /// <param name="tasks">Its tasks.</param>
    /// <param name="options">How leases run.</param>
    /// <param name="epoch">Number of the activation.</param>
    /// <param name="snapshot">What the last activation persisted; null: nothing.</param>
    /// <param name="adoptsUntil">See <see cref="LeaseTable.AdoptsUntil"/>.</param>
    /// <param name="ended">Tasks that have ended.</param>
    public TestShard(int tasks, LeaseOptions options, long epoch = 42, LeaseTableSnapshot? snapshot = null, long adoptsUntil = 0, params IEnumerable<int> ended)
    {
        _options = options;
        Progress = new(tasks, new(SweepState.Running, default));
        foreach (var task in ended)
        {
            Progress.Record(task, Row());
        }

        Faults = new(Progress, options, (snapshot ?? new()).Faults);
        Table = new(Progress, Faults, epoch, options) { AdoptsUntil = adoptsUntil };
        Table.Restore((snapshot ?? new()).Leases);
    }

    public ShardProgress Progress { get; }

    public FaultIsolation Faults { get; }

    public LeaseTable Table { get; }

    /// <summary>The tasks that have ended.</summary>
    public HashSet<int> Ended => [.. Enumerable.Range(0, Progress.TaskCount).Where(Progress.HasEnded)];

    /// <summary>The next activation, which finds what this one has persisted.</summary>
    public TestShard Next(params IEnumerable<int> ended) => Next(Table.Snapshot, ended);

    /// <summary>The next activation, which finds an earlier snapshot.</summary>
    public TestShard Next(LeaseTableSnapshot snapshot, params IEnumerable<int> ended) => new(Progress.TaskCount, _options, Table.Epoch + 1, snapshot, ended: ended);

    /// <summary>A task ends with a picture.</summary>
    /// <returns>False if it had ended before.</returns>
    public bool Finish(int task)
    {
        if (Progress.HasEnded(task))
        {
            return false;
        }

        Progress.Record(task, Row());
        Table.RecordEnd(task);
        return true;
    }

    /// <summary>All tasks of a lease end with pictures, and the lease is reported.</summary>
    public void Finish(LiveLease lease)
    {
        foreach (var task in lease.Tasks)
        {
            Finish(task);
        }

        Table.Report(new() { Token = lease.Token });
    }

    /// <summary>A row, of whichever task.</summary>
    public static PartRow Row(ChannelOutcome outcome = ChannelOutcome.Rendered, int bytes = 1, bool skipped = false, DateTimeOffset at = default)
    {
        var run = SampleSweeps.Run(AnyTask, outcome, skipped) with { CommittedAt = at };
        return new(
            new() { Model = AnyTask.Model, WeightsDigest = AnyTask.WeightsDigest, Layer = AnyTask.Layer, Channel = 0, Seed = 0, Recipe = "recipe", Steps = 8, Outcome = outcome, Bytes = bytes }, run);
    }
}
