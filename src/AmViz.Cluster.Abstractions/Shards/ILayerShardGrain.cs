using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>Leases the tasks of one shard to devices. Key: <see cref="ShardId"/>.</summary>
/// <remarks>
/// Leases live in memory, with a snapshot in a cache for the next activation. Which tasks have ended is known from the store: parts of the manifest, and pictures that were stored
/// but whose row was not. Every renewal prolongs a lease; the work of a holder that stays silent is leased to another one, and a
/// late result is welcome because the store accepts every picture once.
/// </remarks>
[Alias("amviz.ILayerShardGrain")]
public interface ILayerShardGrain : IGrainWithStringKey
{
    /// <summary>The sweep says whether to grant leases, and when its present run began.</summary>
    [Alias("Open"), AlwaysInterleave]
    Task<ShardSummary> Open(ShardAdmission admission);

    /// <summary>Reports ended leases and claims new ones.</summary>
    /// <remarks>Idempotent: the same device's same request number gets the same reply.</remarks>
    [Alias("Exchange"), AlwaysInterleave]
    Task<ExchangeReply> Exchange(ExchangeRequest request);

    /// <summary>Renews leases.</summary>
    /// <returns>Whether to continue: one directive a lease, in the same order.</returns>
    [Alias("Renew"), AlwaysInterleave]
    Task<IReadOnlyList<LeaseDirective>> Renew(RenewRequest request);

    /// <summary>Releases leases at once, unfinished; their tasks are free again and no task is blamed.</summary>
    [Alias("Release"), AlwaysInterleave]
    Task Release(string device, IReadOnlyList<AttemptToken> leases);

    /// <summary>What is known of one task, also when it waits or has ended.</summary>
    /// <param name="task">Number of the task inside the shard.</param>
    /// <param name="history">See <see cref="TaskQuery.History"/>.</param>
    [Alias("InspectTask"), AlwaysInterleave]
    Task<TaskInspection> InspectTask(int task, bool history);

    /// <summary>Counts the tasks that ended as the filter says; see <see cref="ISweepGrain.Retry"/>.</summary>
    [Alias("CountEnded"), AlwaysInterleave]
    Task<EndedTasks> CountEnded(TaskFilter filter);

    /// <summary>What the shard holds at the moment.</summary>
    [Alias("Inspect"), AlwaysInterleave]
    Task<ShardInspection> Inspect();
}
