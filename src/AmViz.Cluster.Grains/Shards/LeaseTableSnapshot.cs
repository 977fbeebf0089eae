using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Which leases of a shard are active and which tasks are suspected, persisted for its next activation: else a loss that takes this one along would count against nobody.</summary>
/// <remarks>
/// A cache: whatever it says, what has ended has ended, and devices that know better are believed. Leases and faults are one piece, because a loss is counted once:
/// where its count is persisted, the lease that was lost is not.
/// </remarks>
[GenerateSerializer, Alias("amviz.LeaseTableSnapshot")]
internal sealed class LeaseTableSnapshot
{
    /// <summary>The run it is about; of another run it says nothing.</summary>
    [Id(0)]
    public DateTimeOffset RunStartedAt { get; set; }

    /// <summary>Activation of the shard that wrote it; grows from one to the next.</summary>
    [Id(1)]
    public long Epoch { get; set; }

    /// <summary>Active leases.</summary>
    [Id(2)]
    public IReadOnlyList<LeaseSnapshot> Leases { get; set; } = [];

    /// <summary>What has gone wrong with tasks that have not ended.</summary>
    [Id(3)]
    public Dictionary<int, TaskFaults> Faults { get; set; } = [];

    /// <summary>Whether it is about this run of a shard of so many tasks.</summary>
    public bool IsOf(int tasks, DateTimeOffset runStartedAt)
        => RunStartedAt == runStartedAt
            && Leases.All(lease => TaskRuns.AreOf(lease.Tasks, tasks) && TaskRuns.AreOf(lease.Drawing, tasks))
            && Faults.Keys.All(task => task >= 0 && task < tasks);
}
