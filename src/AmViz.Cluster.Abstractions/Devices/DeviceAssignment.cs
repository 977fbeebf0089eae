namespace AmViz.Cluster.Abstractions;

/// <summary>The sweeps a device should work for, and how soon it should report again.</summary>
/// <param name="Sweeps">Sweeps to work for, best first; empty: none has work for it.</param>
/// <param name="AskAgainAfter">Shortest time between two reports of a device: the larger the fleet, the longer, so that the rate of reports is bounded.</param>
[GenerateSerializer, Immutable, Alias("amviz.DeviceAssignment")]
public sealed record DeviceAssignment(
    [property: Id(0)] IReadOnlyList<SweepId> Sweeps,
    [property: Id(1)] TimeSpan AskAgainAfter);
