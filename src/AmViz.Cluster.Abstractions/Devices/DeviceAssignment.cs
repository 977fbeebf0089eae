using AmViz.Sweeps;
using Orleans;

namespace AmViz.Cluster.Abstractions;

/// <summary>Where a device should work, and how soon it should ask again.</summary>
/// <param name="Sweeps">Sweeps to work for, best first; empty: none has work for it.</param>
/// <param name="AskAgainAfter">Shortest time between two reports of a device: the larger the fleet, the longer, so that a coordinator hears equally many a second.</param>
[GenerateSerializer, Immutable, Alias("amviz.DeviceAssignment")]
public sealed record DeviceAssignment(
    [property: Id(0)] IReadOnlyList<SweepId> Sweeps,
    [property: Id(1)] TimeSpan AskAgainAfter);
