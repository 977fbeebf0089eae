using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Silo;

/// <summary>How a sweep in this process ended.</summary>
/// <param name="Status">Its last status: finished, failed, or paused if it was stopped.</param>
/// <param name="Seconds">From the first call to the last result, the silo's start and end included.</param>
public sealed record SweepOutcome(SweepStatus Status, double Seconds)
{
    /// <summary>Whether it was stopped before its end; running it again goes on.</summary>
    public bool WasStopped => !Status.State.HasEnded();
}
