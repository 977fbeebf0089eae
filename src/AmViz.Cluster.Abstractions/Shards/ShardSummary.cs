namespace AmViz.Cluster.Abstractions;

/// <summary>Report of a shard to its sweep.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ShardSummary")]
public sealed record ShardSummary
{
    /// <summary>The shard.</summary>
    [Id(0)]
    public required ShardId Shard { get; init; }

    /// <summary>Counts.</summary>
    [Id(1)]
    public required TaskCounts Counts { get; init; }

    /// <summary>Tasks that a device could lease now, and nobody holds.</summary>
    [Id(2)]
    public required int Available { get; init; }

    /// <summary>Tasks that others hold and that a device without work could lease now: their holders are silent, late, or have not begun.</summary>
    [Id(10)]
    public int Hedges { get; init; }

    /// <summary>Active leases.</summary>
    [Id(3)]
    public required int Leases { get; init; }

    /// <summary>Rows the shard wrote since it read the store.</summary>
    [Id(4)]
    public required int RowsWritten { get; init; }

    /// <summary>What the shard last heard from its sweep: a report from before a change of the sweep is out of date.</summary>
    [Id(6)]
    public required ShardAdmission Admission { get; init; }

    /// <summary>The last thing that went wrong; null: nothing did.</summary>
    [Id(5)]
    public string? LastError { get; init; }

    /// <summary>Activation of the shard that reports.</summary>
    [Id(7)]
    public long Epoch { get; init; }

    /// <summary>Number of the report inside the epoch: an older one that arrives late is ignored.</summary>
    [Id(8)]
    public long Number { get; init; }

    /// <summary>Why the shard cannot be read from the store until somebody repairs it; null: it can.</summary>
    [Id(9)]
    public string? Broken { get; init; }

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsFinished => Counts.Open == 0;
}

/// <summary>Tasks of a shard that ended as a <see cref="TaskFilter"/> says.</summary>
/// <param name="All">Those of its outcome.</param>
/// <param name="Matching">Those that match.</param>
/// <param name="Latest">When the last of these ended, on the clock of its silo.</param>
[GenerateSerializer, Immutable, Alias("amviz.EndedTasks")]
public readonly record struct EndedTasks([property: Id(0)] int All, [property: Id(1)] int Matching, [property: Id(2)] DateTimeOffset Latest = default)
{
    /// <summary>Those of both.</summary>
    public static EndedTasks operator +(EndedTasks left, EndedTasks right)
        => new(left.All + right.All, left.Matching + right.Matching, left.Latest > right.Latest ? left.Latest : right.Latest);

    /// <summary>Those of both.</summary>
    public static EndedTasks Add(EndedTasks left, EndedTasks right) => left + right;
}

/// <summary>What a shard holds at the moment.</summary>
/// <param name="Summary">Counts.</param>
/// <param name="Epoch">Number of this activation; grows from one to the next.</param>
/// <param name="Leases">Active leases.</param>
[GenerateSerializer, Immutable, Alias("amviz.ShardInspection")]
public sealed record ShardInspection(
    [property: Id(0)] ShardSummary Summary,
    [property: Id(1)] long Epoch,
    [property: Id(2)] IReadOnlyList<HeldLease> Leases);

/// <summary>An active lease.</summary>
/// <param name="Token">Which.</param>
/// <param name="Device">Device that holds it.</param>
/// <param name="Tasks">Its tasks that have not ended.</param>
[GenerateSerializer, Immutable, Alias("amviz.HeldLease")]
public sealed record HeldLease(
    [property: Id(0)] AttemptToken Token,
    [property: Id(1)] string Device,
    [property: Id(2)] IReadOnlyList<int> Tasks);
