using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Http;
using AmViz.Storage;

namespace AmViz.Cli.Clusters;

/// <summary>The cluster that a command line names; nothing is connected to yet.</summary>
internal interface INamedCluster
{
    /// <summary>Connects.</summary>
    /// <exception cref="ClusterUnreachableException">It is out of reach.</exception>
    Task<ISweepClient> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Plans a sweep where those of this cluster are planned: on this machine, or by a coordinator.</summary>
    /// <param name="spec">What to draw.</param>
    /// <param name="store">Where networks lie that this machine does not have; null: nowhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SpecException">Every mistake at once.</exception>
    Task<PlannedSubmission> PlanAsync(SweepSpec spec, IBlobStore? store, CancellationToken cancellationToken);
}

/// <summary>A sweep that is planned, not yet submitted.</summary>
/// <param name="Plan">What it comes to.</param>
/// <param name="SubmitAsync">Connects and submits it; the caller disposes of the client.</param>
internal sealed record PlannedSubmission(PlannedSweep Plan, Func<SweepSubmission, CancellationToken, Task<(ISweepClient Client, SweepStatus Status)>> SubmitAsync);
