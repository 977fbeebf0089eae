namespace AmViz.Cluster.Abstractions;

/// <summary>A retry of tasks that ended without a picture: their rows up to that time count no more.</summary>
[GenerateSerializer, Immutable, Alias("amviz.TaskRetry")]
public sealed record TaskRetry
{
    /// <summary>Chosen by the client: the same request twice is one retry.</summary>
    [Id(0)]
    public required Guid Request { get; init; }

    /// <summary>When it was asked for.</summary>
    [Id(1)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Which tasks.</summary>
    [Id(2)]
    public required TaskFilter Filter { get; init; }

    /// <summary>Tasks of the sweep that had ended like that before.</summary>
    [Id(3)]
    public required int Before { get; init; }

    /// <summary>Those of them that match, and are tried again.</summary>
    [Id(4)]
    public required int Retried { get; init; }

    /// <summary>Those that remain ended.</summary>
    public int After => Before - Retried;

    /// <summary>Whether it takes back a row of a layer that the filter covers.</summary>
    public bool Revokes(PartRow row) => row.Run.CommittedAt <= At && Filter.Matches(row.Entry.Outcome, row.Entry.Error);
}
