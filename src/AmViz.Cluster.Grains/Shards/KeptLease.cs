using AmViz.Cluster.Abstractions;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>A lease as it is kept for the next life of its shard. Times are not: clocks of two lives cannot be compared.</summary>
[GenerateSerializer, Immutable, Alias("amviz.KeptLease")]
internal sealed record KeptLease
{
    /// <summary>Which lease.</summary>
    [Id(0)]
    public required AttemptToken Token { get; init; }

    /// <summary>Who holds it.</summary>
    [Id(1)]
    public required string Device { get; init; }

    /// <summary>Its tasks, done or not, as <see cref="TaskRuns"/>.</summary>
    [Id(2)]
    public required int[] Tasks { get; init; }

    /// <summary>Tasks on the device when it was kept, as <see cref="TaskRuns"/>; empty: unknown. Of suspects it is kept before they are begun.</summary>
    [Id(3)]
    public int[] Drawing { get; init; } = [];

    /// <summary>Whether the tasks are suspects.</summary>
    [Id(4)]
    public bool IsApart { get; init; }

    /// <summary>Whether another lease held its tasks first.</summary>
    [Id(5)]
    public bool IsSecondCopy { get; init; }

    /// <summary>How long it lasts after it was given or renewed.</summary>
    [Id(6)]
    public required TimeSpan Duration { get; init; }

    /// <summary>How long its work should take; zero: nobody knows.</summary>
    [Id(7)]
    public TimeSpan ExpectedWork { get; init; }

    /// <summary>Of a lease that is out.</summary>
    public static KeptLease Of(LiveLease lease) => new()
    {
        Token = lease.Token,
        Device = lease.Device,
        Tasks = TaskRuns.Of(lease.Tasks),
        Drawing = TaskRuns.Of(lease.Drawing),
        IsApart = lease.IsApart,
        IsSecondCopy = lease.IsSecondCopy,
        Duration = lease.Duration,
        ExpectedWork = lease.ExpectedWork,
    };
}
