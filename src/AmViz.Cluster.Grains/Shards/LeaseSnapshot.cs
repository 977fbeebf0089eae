using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>A lease as it is persisted for the next activation of its shard. Times are not: clocks of two processes cannot be compared.</summary>
[GenerateSerializer, Immutable, Alias("amviz.LeaseSnapshot")]
internal sealed record LeaseSnapshot
{
    /// <summary>Which lease.</summary>
    [Id(0)]
    public required AttemptToken Token { get; init; }

    /// <summary>Device that holds it.</summary>
    [Id(1)]
    public required string Device { get; init; }

    /// <summary>Its tasks, ended or not, as <see cref="TaskRuns"/>.</summary>
    [Id(2)]
    public required int[] Tasks { get; init; }

    /// <summary>Tasks on the device when it was persisted, as <see cref="TaskRuns"/>; empty: unknown. For suspects that happens before they are begun.</summary>
    [Id(3)]
    public int[] Drawing { get; init; } = [];

    /// <summary>Whether the tasks are suspects.</summary>
    [Id(4)]
    public bool IsIsolated { get; init; }

    /// <summary>Whether another lease held its tasks first.</summary>
    [Id(5)]
    public bool IsSecondCopy { get; init; }

    /// <summary>How long it lasts after it was granted or renewed.</summary>
    [Id(6)]
    public required TimeSpan Duration { get; init; }

    /// <summary>How long its work should take; zero: unknown.</summary>
    [Id(7)]
    public TimeSpan ExpectedWork { get; init; }

    /// <summary>When it was granted, for people alone; null: unknown.</summary>
    [Id(8)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Number of the renewal that said what is drawn; 0: unknown.</summary>
    [Id(9)]
    public long LastRenewal { get; init; }

    /// <summary>The snapshot of an active lease.</summary>
    public static LeaseSnapshot Of(LiveLease lease) => new()
    {
        Token = lease.Token,
        Device = lease.Device,
        Tasks = TaskRuns.Of(lease.Tasks),
        Drawing = TaskRuns.Of(lease.Drawing),
        IsIsolated = lease.IsIsolated,
        IsSecondCopy = lease.IsSecondCopy,
        Duration = lease.Duration,
        ExpectedWork = lease.ExpectedWork,
        StartedAt = lease.StartedAt,
        LastRenewal = lease.LastRenewal,
    };
}
