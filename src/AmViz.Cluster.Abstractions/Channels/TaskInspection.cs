namespace AmViz.Cluster.Abstractions;

/// <summary>What is known of one channel task, whether it waits, is drawn or has ended.</summary>
[GenerateSerializer, Immutable, Alias("amviz.TaskInspection")]
public sealed record TaskInspection
{
    /// <summary>The task.</summary>
    [Id(0)]
    public required ChannelTask Task { get; init; }

    /// <summary>How far it is.</summary>
    [Id(1)]
    public required TaskState State { get; init; }

    /// <summary>Device that holds its lease, or that brought its result; null: none.</summary>
    [Id(2)]
    public string? Device { get; init; }

    /// <summary>Lease under which it is held or ended, as <see cref="AttemptToken"/> writes it; null: none.</summary>
    [Id(3)]
    public string? Lease { get; init; }

    /// <summary>Attempts that have ended, oldest first, those before a retry among them.</summary>
    [Id(4)]
    public IReadOnlyList<TaskAttempt> Attempts { get; init; } = [];

    /// <summary>Why there is no picture; while the task is tried again, why the last attempt failed; null: nothing went wrong.</summary>
    [Id(5)]
    public string? Error { get; init; }

    /// <summary>Path of the picture in the store; null: there is none.</summary>
    [Id(6)]
    public string? Picture { get; init; }

    /// <summary>What its device says of it; null: no device holds it, or the device did not answer in time.</summary>
    [Id(7)]
    public ChannelTaskStatus? Live { get; init; }
}

/// <summary>How far a channel task is.</summary>
public enum TaskState
{
    /// <summary>No device holds it.</summary>
    Waiting,

    /// <summary>A device holds its lease.</summary>
    Leased,

    /// <summary>It waits for its batch on the device.</summary>
    Queued,

    /// <summary>It is drawn.</summary>
    Drawing,

    /// <summary>It is drawn; its picture is being stored, or is stored and not reported yet.</summary>
    Storing,

    /// <summary>Its picture is stored.</summary>
    Done,

    /// <summary>Nothing excites the channel: no picture.</summary>
    Dead,

    /// <summary>The objective became NaN or infinite: no picture.</summary>
    NotFinite,

    /// <summary>It failed too often and is not tried again in this run: no picture.</summary>
    Quarantined,
}
