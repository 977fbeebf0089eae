using Orleans;

namespace AmViz.Cluster.Abstractions;

/// <summary>What a shard must know of its sweep.</summary>
/// <param name="State">Only a running sweep gives out leases.</param>
/// <param name="RunStartedAt">
/// When the sweep was last submitted: pictures older than this count as skipped, and channels that failed before are tried again.
/// </param>
[GenerateSerializer, Immutable, Alias("amviz.ShardAdmission")]
public sealed record ShardAdmission([property: Id(0)] SweepState State, [property: Id(1)] DateTimeOffset RunStartedAt)
{
    /// <summary>Pool whose devices may draw it; <see cref="DevicePool.Any"/>: all.</summary>
    [Id(2)]
    public string Pool { get; init; } = DevicePool.Any;
}
