using System.Text.Json.Serialization;

namespace AmViz.Cluster.Abstractions;

/// <summary>Channel tasks by outcome.</summary>
[GenerateSerializer, Immutable, Alias("amviz.TaskCounts")]
public readonly record struct TaskCounts
{
    /// <summary>All tasks.</summary>
    [Id(0)]
    public int Planned { get; init; }

    /// <summary>Drawn and stored since the sweep was last submitted.</summary>
    [Id(1)]
    public int Rendered { get; init; }

    /// <summary>Pictures that were stored before.</summary>
    [Id(2)]
    public int Skipped { get; init; }

    /// <summary>Ended without a picture for any reason: dead and diverged channels are among them.</summary>
    [Id(3)]
    public int Failed { get; init; }

    /// <summary>Of those failed: nothing excites the channel.</summary>
    [Id(4)]
    public int Dead { get; init; }

    /// <summary>Of those failed: the objective became NaN or infinite.</summary>
    [Id(5)]
    public int NotFinite { get; init; }

    /// <summary>Tasks that have ended.</summary>
    [JsonIgnore]
    public int Ended => Rendered + Skipped + Failed;

    /// <summary>Tasks still to do.</summary>
    [JsonIgnore]
    public int Open => Planned - Ended;

    /// <summary>Adds, member by member.</summary>
    public static TaskCounts operator +(TaskCounts left, TaskCounts right) => new()
    {
        Planned = left.Planned + right.Planned,
        Rendered = left.Rendered + right.Rendered,
        Skipped = left.Skipped + right.Skipped,
        Failed = left.Failed + right.Failed,
        Dead = left.Dead + right.Dead,
        NotFinite = left.NotFinite + right.NotFinite,
    };

    /// <summary>Subtracts, member by member.</summary>
    public static TaskCounts operator -(TaskCounts left, TaskCounts right) => new()
    {
        Planned = left.Planned - right.Planned,
        Rendered = left.Rendered - right.Rendered,
        Skipped = left.Skipped - right.Skipped,
        Failed = left.Failed - right.Failed,
        Dead = left.Dead - right.Dead,
        NotFinite = left.NotFinite - right.NotFinite,
    };

    /// <summary>Adds, member by member.</summary>
    public static TaskCounts Add(TaskCounts left, TaskCounts right) => left + right;

    /// <summary>Subtracts, member by member.</summary>
    public static TaskCounts Subtract(TaskCounts left, TaskCounts right) => left - right;
}
