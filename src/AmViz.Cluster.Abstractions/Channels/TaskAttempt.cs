namespace AmViz.Cluster.Abstractions;

/// <summary>An attempt at a channel task that has ended.</summary>
[GenerateSerializer, Immutable, Alias("amviz.TaskAttempt")]
public sealed record TaskAttempt
{
    /// <summary>From 1, over all runs of the sweep.</summary>
    [Id(0)]
    public required int Number { get; init; }

    /// <summary>Device that held the lease.</summary>
    [Id(1)]
    public required string Device { get; init; }

    /// <summary>The lease, as <see cref="AttemptToken"/> writes it.</summary>
    [Id(2)]
    public required string Lease { get; init; }

    /// <summary>When the lease was granted; null: unknown.</summary>
    [Id(3)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the attempt ended.</summary>
    [Id(4)]
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>How it ended.</summary>
    [Id(5)]
    public required AttemptEnd End { get; init; }

    /// <summary>What went wrong; null: nothing did.</summary>
    [Id(6)]
    public string? Error { get; init; }
}

/// <summary>Ends of an attempt.</summary>
public enum AttemptEnd
{
    /// <summary>The picture was stored.</summary>
    Rendered,

    /// <summary>Nothing excites the channel.</summary>
    Dead,

    /// <summary>The objective became NaN or infinite.</summary>
    NotFinite,

    /// <summary>The task failed by itself.</summary>
    Failed,

    /// <summary>Its batch failed as a whole.</summary>
    Crashed,

    /// <summary>The device was lost while it drew the task.</summary>
    DeviceLost,
}
