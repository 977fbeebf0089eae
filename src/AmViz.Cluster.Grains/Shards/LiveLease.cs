using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains;

/// <summary>A lease that is out, as the shard sees it.</summary>
internal sealed class LiveLease
{
    /// <summary>Which lease.</summary>
    public required AttemptToken Token { get; init; }

    /// <summary>Who holds it.</summary>
    public required string Device { get; init; }

    /// <summary>Its tasks, done or not.</summary>
    public required IReadOnlyList<int> Tasks { get; init; }

    /// <summary>Whether the tasks are suspects that nobody else shares a batch with.</summary>
    public bool IsApart { get; init; }

    /// <summary>Whether another lease held its tasks first.</summary>
    public bool IsSecondCopy { get; init; }

    /// <summary>How long it lasts after it was given or renewed.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long its work should take; zero: nobody knows.</summary>
    public required TimeSpan ExpectedWork { get; init; }

    /// <summary>When it was given, in ticks of the shard's monotonic clock.</summary>
    public required long GivenAt { get; init; }

    /// <summary>When it was last renewed, in the same ticks.</summary>
    public required long RenewedAt { get; set; }

    /// <summary>Tasks that were on the device at the last renewal; empty: unknown.</summary>
    public IReadOnlyList<int> Drawing { get; set; } = [];

    /// <summary>Whether it is known from an earlier life of the shard only: its holder has not renewed it in this one, and may know better.</summary>
    public bool IsRestored { get; set; }
}
