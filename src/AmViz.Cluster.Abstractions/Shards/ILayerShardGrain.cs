using AmViz.Sweeps;
using Orleans;
using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>Leases the tasks of one shard to devices. Key: <see cref="ShardId"/>.</summary>
/// <remarks>
/// Leases live in memory, with a copy in a cache for the next life of the shard. What is done is known from the store: parts of the manifest, and pictures that were stored but
/// whose row was not. A lease slides with every renewal; work of a holder that stays silent is given to another one, and a
/// late result is welcome because the store takes every picture once.
/// </remarks>
[Alias("amviz.ILayerShardGrain")]
public interface ILayerShardGrain : IGrainWithStringKey
{
    /// <summary>The sweep says whether to give out work, and since when its present run goes.</summary>
    [Alias("Open"), AlwaysInterleave]
    Task<ShardSummary> Open(ShardAdmission admission);

    /// <summary>Hands in what came of leases and takes the next one.</summary>
    /// <remarks>Idempotent: the same device's same request number gets the same reply.</remarks>
    [Alias("Exchange"), AlwaysInterleave]
    Task<ExchangeReply> Exchange(ExchangeRequest request);

    /// <summary>Keeps leases alive, and hears whether to go on. One directive a lease, in the same order.</summary>
    [Alias("Renew"), AlwaysInterleave]
    Task<IReadOnlyList<LeaseDirective>> Renew(RenewRequest request);

    /// <summary>Gives leases back at once, unfinished; their tasks are free again and nobody is blamed.</summary>
    [Alias("Release"), AlwaysInterleave]
    Task Release(string device, IReadOnlyList<AttemptToken> leases);

    /// <summary>What the shard holds, for people and tests.</summary>
    [Alias("Snapshot"), AlwaysInterleave]
    Task<ShardSnapshot> Snapshot();
}
