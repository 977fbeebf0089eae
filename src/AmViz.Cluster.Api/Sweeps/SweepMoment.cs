namespace AmViz.Cluster.Api;

/// <summary>A change of a sweep's state.</summary>
/// <param name="At">When.</param>
/// <param name="State">The state since then.</param>
public sealed record SweepMoment(DateTimeOffset At, SweepState State);
