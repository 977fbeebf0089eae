namespace AmViz.Cluster.Abstractions;

/// <summary>What a shard needs to know of its sweep.</summary>
/// <param name="State">Only a running sweep grants leases.</param>
/// <param name="RunStartedAt">
/// When the sweep was last submitted: pictures older than this count as skipped, and channels that failed before are tried again.
/// </param>
[GenerateSerializer, Immutable, Alias("amviz.ShardAdmission")]
public sealed record ShardAdmission([property: Id(0)] SweepState State, [property: Id(1)] DateTimeOffset RunStartedAt)
{
    /// <summary>Pool whose devices may draw it; <see cref="DevicePool.Any"/>: all.</summary>
    [Id(2)]
    public string Pool { get; init; } = DevicePool.Any;

    /// <summary>Grows whenever the sweep begins to run, by a submission, a resumption or a retry: a shard that is admitted to a new one reads the store again, since anything may have been changed there.</summary>
    [Id(3)]
    public long Generation { get; init; }

    /// <summary>Retries of tasks that ended without a picture. A new one comes with a new <see cref="Generation"/>.</summary>
    [Id(4)]
    public IReadOnlyList<TaskRetry> Retries { get; init; } = [];

    /// <summary>Compares all but the retries, which the generation stands for.</summary>
    public bool Equals(ShardAdmission? other)
        => other is not null && (State, RunStartedAt, Pool, Generation) == (other.State, other.RunStartedAt, other.Pool, other.Generation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, RunStartedAt, Pool, Generation);

    /// <summary>Whether what was read for <paramref name="other"/> still holds.</summary>
    public bool IsOfSameGeneration(ShardAdmission other) => (RunStartedAt, Generation) == (other.RunStartedAt, other.Generation);
}
