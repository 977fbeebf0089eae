namespace AmViz.Cluster.Abstractions;

/// <summary>A client of a cluster: asks for sweeps, follows and controls them, whatever way it reaches the cluster.</summary>
/// <remarks>
/// A call that finds the cluster out of reach is repeated for as long as the client's patience lasts; every call can be repeated without harm.
/// Each throws <see cref="ClusterUnreachableException"/> once that is over.
/// </remarks>
public interface ISweepClient : IAsyncDisposable
{
    /// <summary>Takes the work of a sweep away from all devices.</summary>
    Task<SweepStatus> PauseAsync(SweepId sweep, CancellationToken cancellationToken);

    /// <summary>Goes on after a pause.</summary>
    Task<SweepStatus> ResumeAsync(SweepId sweep, CancellationToken cancellationToken);

    /// <summary>Ends a sweep.</summary>
    Task<SweepStatus> CancelAsync(SweepId sweep, CancellationToken cancellationToken);

    /// <summary>Gives a sweep that has not ended another priority and share, each unchanged where it is null; null if the cluster's store has no such sweep.</summary>
    Task<SweepStatus?> RerankAsync(SweepId sweep, int? priority, int? share, CancellationToken cancellationToken);

    /// <summary>Draws tasks again that ended without a picture; null if the cluster's store has no such sweep.</summary>
    Task<TaskRetry?> RetryAsync(SweepId sweep, TaskFilter filter, CancellationToken cancellationToken);

    /// <summary>What is known of one task; null if the sweep has no such task.</summary>
    Task<TaskInspection?> InspectTaskAsync(SweepId sweep, TaskQuery query, CancellationToken cancellationToken);

    /// <summary>How far a sweep is, with the devices that work for it, and those that should and cannot; null if the cluster's store has no such sweep.</summary>
    Task<SweepStatus?> StatusAsync(SweepId sweep, CancellationToken cancellationToken);

    /// <summary>
    /// How far a sweep is, now and whenever that may have changed, until it has ended. Statuses that are followed by others may be missed; the last one never is. Ends
    /// without an ended sweep if the cluster's store has no such sweep, or has it no more.
    /// </summary>
    IAsyncEnumerable<SweepStatus> FollowAsync(SweepId sweep, CancellationToken cancellationToken);

    /// <summary>The sweeps that have work, highest priority first.</summary>
    Task<IReadOnlyList<SweepStatus>> LiveAsync(CancellationToken cancellationToken);

    /// <summary>Every sweep of the cluster's store, in the order of their ids.</summary>
    Task<IReadOnlyList<SweepStatus>> AllAsync(CancellationToken cancellationToken);
}
