using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Who works on what in a shard and who is suspected, kept for the next life of the shard: else a loss that takes this one along would count against nobody.</summary>
/// <remarks>
/// A cache: whatever it says, what is done is done, and devices that know better are believed. Leases and troubles are kept in one piece, because a loss is counted once:
/// where its count is kept, the lease that was lost is not.
/// </remarks>
[GenerateSerializer, Alias("amviz.ShardLeases")]
internal sealed class ShardLeases
{
    /// <summary>The run it is about; of another run it says nothing.</summary>
    [Id(0)]
    public DateTimeOffset RunStartedAt { get; set; }

    /// <summary>Activation of the shard that kept it; grows from one to the next.</summary>
    [Id(1)]
    public long Epoch { get; set; }

    /// <summary>Leases out.</summary>
    [Id(2)]
    public IReadOnlyList<KeptLease> Leases { get; set; } = [];

    /// <summary>What has gone wrong with tasks that are not done.</summary>
    [Id(3)]
    public Dictionary<int, TaskTrouble> Troubles { get; set; } = [];

    /// <summary>Whether it is about this run of a shard of so many tasks.</summary>
    public bool IsOf(int tasks, DateTimeOffset runStartedAt)
        => RunStartedAt == runStartedAt
            && Leases.All(lease => TaskRuns.AreOf(lease.Tasks, tasks) && TaskRuns.AreOf(lease.Drawing, tasks))
            && Troubles.Keys.All(task => task >= 0 && task < tasks);
}
