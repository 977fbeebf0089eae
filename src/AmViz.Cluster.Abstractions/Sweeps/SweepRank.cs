namespace AmViz.Cluster.Abstractions;

/// <summary>Rank of a sweep among others that run at the same time.</summary>
/// <param name="Priority">Higher goes first: a lower one is assigned the devices for which the higher has no work. Default: 0.</param>
/// <param name="Share">Sweeps of one priority share the devices in proportion to this, at least 1. Default: 1.</param>
[GenerateSerializer, Immutable, Alias("amviz.SweepRank")]
public readonly record struct SweepRank([property: Id(0)] int Priority, [property: Id(1)] int Share)
{
    /// <summary>Largest share.</summary>
    public const int LargestShare = 1000;

    /// <summary>Rank of a sweep that is submitted without one.</summary>
    public static SweepRank Default { get; } = new(0, 1);
}
