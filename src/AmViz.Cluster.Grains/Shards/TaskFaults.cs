using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>What has gone wrong with a task so far.</summary>
[GenerateSerializer, Alias("amviz.TaskFaults")]
internal record struct TaskFaults
{
    /// <summary>Times it failed by itself.</summary>
    [Id(0)]
    public byte Failures;

    /// <summary>Times its device was lost while it was drawn.</summary>
    [Id(1)]
    public byte Losses;

    /// <summary>Times its device was lost while it drew this task alone, in an isolated lease.</summary>
    [Id(2)]
    public byte LossesAlone;

    /// <summary>Whether it is leased in isolation.</summary>
    public readonly bool IsSuspect(LeaseOptions options) => Failures > 0 || Losses >= options.LossesBeforeSuspicion;
}
