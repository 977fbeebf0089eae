using Orleans;

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

    /// <summary>Grows whenever the sweep begins to run, by a submission or a resumption: a shard that is admitted to a new one reads the store again, since anything may have been changed there.</summary>
    [Id(3)]
    public long Generation { get; init; }

    /// <summary>Whether what was read for <paramref name="other"/> still holds.</summary>
    public bool IsOfSameGeneration(ShardAdmission other) => (RunStartedAt, Generation) == (other.RunStartedAt, other.Generation);
}
