namespace AmViz.Cluster.Grains;

/// <summary>An active lease, as its shard sees it.</summary>
internal sealed class LiveLease
{
    /// <summary>Which lease.</summary>
    public required AttemptToken Token { get; init; }

    /// <summary>Device that holds it.</summary>
    public required string Device { get; init; }

    /// <summary>Its tasks, ended or not.</summary>
    public required IReadOnlyList<int> Tasks { get; init; }

    /// <summary>Whether the tasks are suspects, which share no batch with others.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Whether another lease held its tasks first.</summary>
    public bool IsSecondCopy { get; init; }

    /// <summary>Whether its device was told to stop, since it is very late.</summary>
    public bool IsRecalled { get; set; }

    /// <summary>Why it holds tasks that another lease held first; null: none did.</summary>
    public HedgeReason? Hedges { get; set; }

    /// <summary>How long it lasts after it was granted or renewed.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long its work should take; zero: unknown.</summary>
    public required TimeSpan ExpectedWork { get; init; }

    /// <summary>When it was granted, in ticks of the shard's monotonic clock.</summary>
    public required long GrantedAt { get; init; }

    /// <summary>The same on the clock of the silo that granted it; null: unknown, since an earlier activation did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was last renewed, in the same ticks.</summary>
    public required long RenewedAt { get; set; }

    /// <summary>The last renewal's number; 0: none, or of a device that does not count them.</summary>
    public long LastRenewal { get; set; }

    /// <summary>Tasks that were on the device at the last renewal; empty: unknown.</summary>
    public IReadOnlyList<int> Drawing { get; set; } = [];

    /// <summary>How far the device was with it at the last renewal.</summary>
    public LeaseStage Stage { get; set; }

    /// <summary>When a renewal said for the first time that it is begun, in the same ticks; 0: none has.</summary>
    public long BegunAt { get; set; }

    /// <summary>Whether it was taken over from a device that had not begun it; so it is taken over once.</summary>
    public bool IsTakenOver { get; init; }

    /// <summary>Whether it is known from an earlier activation of the shard only: its holder has not renewed it in this one, and may know better.</summary>
    public bool IsRestored { get; set; }
}
