namespace AmViz.Cluster.Http;

/// <summary>Some of the sweeps.</summary>
/// <param name="Sweeps">In the order of their ids.</param>
/// <param name="Next">What to give as <c>after</c> for those that follow; null: these were the last.</param>
public sealed record SweepPage(IReadOnlyList<SweepStatus> Sweeps, SweepId? Next);
