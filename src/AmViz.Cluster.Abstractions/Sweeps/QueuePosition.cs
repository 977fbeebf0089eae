using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>Where a running sweep stands among the others that want the same devices.</summary>
/// <param name="Position">1: none goes first. Sweeps of one priority share the devices and have one position.</param>
/// <param name="Ahead">Sweeps of a higher priority, which get the devices first: the highest priority first. At most <see cref="MostNamed"/>.</param>
/// <param name="Beside">Sweeps of the same priority, which share the devices with it: the first that came first. At most <see cref="MostNamed"/>.</param>
/// <param name="OpenAhead">Channels not done of all sweeps ahead, as far as their shards have reported.</param>
[GenerateSerializer, Immutable, Alias("amviz.QueuePosition")]
public sealed record QueuePosition(
    [property: Id(0)] int Position,
    [property: Id(1)] IReadOnlyList<QueuedSweep> Ahead,
    [property: Id(2)] IReadOnlyList<QueuedSweep> Beside,
    [property: Id(3)] long OpenAhead)
{
    /// <summary>Sweeps that are named at most, of each kind.</summary>
    public const int MostNamed = 100;
}

/// <summary>A sweep that wants the devices of another one.</summary>
/// <param name="Id">The sweep.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Share">Its share.</param>
/// <param name="Open">Channels not done, as far as its shards have reported.</param>
[GenerateSerializer, Immutable, Alias("amviz.QueuedSweep")]
public sealed record QueuedSweep([property: Id(0)] SweepId Id, [property: Id(1)] int Priority, [property: Id(2)] int Share, [property: Id(3)] long Open);
