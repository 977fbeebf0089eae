namespace AmViz.Cluster.Grains;

/// <summary>The end of an attempt without a result, as it is journaled: of one task, or of the tasks of a batch.</summary>
internal sealed record FailedAttempt
{
    /// <summary>The tasks, as <see cref="TaskRuns"/>.</summary>
    public required int[] Tasks { get; init; }

    /// <summary>How it ended.</summary>
    public required AttemptEnd End { get; init; }

    /// <summary>Device that held the lease.</summary>
    public required string Device { get; init; }

    /// <summary>The lease.</summary>
    public required string Lease { get; init; }

    /// <summary>When the lease was granted; null: unknown, since it was granted by an earlier activation of the shard.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }
}
