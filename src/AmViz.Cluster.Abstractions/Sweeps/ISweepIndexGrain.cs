using AmViz.Sweeps;
using Orleans;

namespace AmViz.Cluster.Abstractions;

/// <summary>The sweeps that have work: what an idle device asks first. Key: <see cref="Key"/>.</summary>
[Alias("amviz.ISweepIndexGrain")]
public interface ISweepIndexGrain : IGrainWithStringKey
{
    /// <summary>Key of the one index of a cluster.</summary>
    const string Key = "index";

    /// <summary>Adds a sweep; again does no harm. Running sweeps repeat it, so an index that died fills itself again.</summary>
    [Alias("Add")]
    Task Add(SweepId sweep);

    /// <summary>Takes a sweep out that ended or paused.</summary>
    [Alias("Remove")]
    Task Remove(SweepId sweep);

    /// <summary>The live sweeps, first come first.</summary>
    [Alias("Live")]
    Task<IReadOnlyList<SweepId>> Live();
}
