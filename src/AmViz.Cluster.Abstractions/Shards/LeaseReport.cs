namespace AmViz.Cluster.Abstractions;

/// <summary>Report of a lease, which ends with it. Tasks that it does not name are free again.</summary>
[GenerateSerializer, Immutable, Alias("amviz.LeaseReport")]
public sealed record LeaseReport
{
    /// <summary>Which lease.</summary>
    [Id(0)]
    public required AttemptToken Token { get; init; }

    /// <summary>Rows of the tasks that have ended for good.</summary>
    [Id(4)]
    public IReadOnlyList<PartRow> Rows { get; init; } = [];

    /// <summary>Tasks that failed by themselves.</summary>
    [Id(2)]
    public IReadOnlyList<TaskFailure> Failures { get; init; } = [];

    /// <summary>Batches that failed as a whole.</summary>
    [Id(3)]
    public IReadOnlyList<BatchCrash> Crashes { get; init; } = [];
}

/// <summary>A task that failed while its neighbours did not: counted against it.</summary>
/// <param name="Task">Number inside the shard.</param>
/// <param name="Error">What went wrong.</param>
[GenerateSerializer, Immutable, Alias("amviz.TaskFailure")]
public sealed record TaskFailure([property: Id(0)] int Task, [property: Id(1)] string Error);

/// <summary>A batch that failed as a whole: it is not known yet which task is to blame, so it is leased again in halves.</summary>
/// <param name="Tasks">Numbers inside the shard.</param>
/// <param name="Error">What went wrong.</param>
[GenerateSerializer, Immutable, Alias("amviz.BatchCrash")]
public sealed record BatchCrash([property: Id(0)] IReadOnlyList<int> Tasks, [property: Id(1)] string Error);
