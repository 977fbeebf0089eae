using AmViz.Sweeps;
using Orleans;

namespace AmViz.Cluster.Abstractions;

/// <summary>What came of a lease that ends with it. Tasks of which it says nothing are free again.</summary>
[GenerateSerializer, Immutable, Alias("amviz.LeaseReport")]
public sealed record LeaseReport
{
    /// <summary>Which lease.</summary>
    [Id(0)]
    public required AttemptToken Token { get; init; }

    /// <summary>Tasks that have ended for good.</summary>
    [Id(1)]
    public IReadOnlyList<TaskRow> Rows { get; init; } = [];

    /// <summary>Tasks that failed by themselves.</summary>
    [Id(2)]
    public IReadOnlyList<TaskFailure> Failures { get; init; } = [];

    /// <summary>Batches that failed as a whole.</summary>
    [Id(3)]
    public IReadOnlyList<BatchCrash> Crashes { get; init; } = [];
}

/// <summary>A task that has ended for good.</summary>
/// <param name="Task">Number inside the shard.</param>
/// <param name="Entry">Its row of the manifest.</param>
/// <param name="Log">Its row of the run log.</param>
[GenerateSerializer, Immutable, Alias("amviz.TaskRow")]
public sealed record TaskRow(
    [property: Id(0)] int Task,
    [property: Id(1)] ManifestEntry Entry,
    [property: Id(2)] RunLogEntry Log);

/// <summary>A task that failed while its neighbours did not: counted against it.</summary>
/// <param name="Task">Number inside the shard.</param>
/// <param name="Error">What went wrong, for people.</param>
[GenerateSerializer, Immutable, Alias("amviz.TaskFailure")]
public sealed record TaskFailure([property: Id(0)] int Task, [property: Id(1)] string Error);

/// <summary>A batch that failed as a whole: nobody knows yet which task is to blame, so it is leased again in halves.</summary>
/// <param name="Tasks">Numbers inside the shard.</param>
/// <param name="Error">What went wrong, for people.</param>
[GenerateSerializer, Immutable, Alias("amviz.BatchCrash")]
public sealed record BatchCrash([property: Id(0)] IReadOnlyList<int> Tasks, [property: Id(1)] string Error);
