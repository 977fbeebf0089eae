using AmViz.Sweeps;
using Orleans;
using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>Coordinates one sweep. Key: <see cref="SweepId"/>.</summary>
/// <remarks>
/// Holds no result: what it counts is rebuilt from the store after any death. No call waits for a picture.
/// </remarks>
[Alias("amviz.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Starts the sweep, or starts it again: what lies in the store is skipped, channels that failed in an earlier run are tried again.</summary>
    /// <param name="plan">Its id must be the grain's key.</param>
    /// <param name="submission">How.</param>
    [Alias("Submit")]
    Task<SweepStatus> Submit(SweepPlan plan, SweepSubmission submission);

    /// <summary>Takes the work away from all devices within one renewal; <see cref="Resume"/> goes on.</summary>
    [Alias("Pause")]
    Task<SweepStatus> Pause();

    /// <summary>Goes on after <see cref="Pause"/>; elsewhere changes nothing.</summary>
    [Alias("Resume")]
    Task<SweepStatus> Resume();

    /// <summary>Ends the sweep; results that lie in the store stay. <see cref="Submit"/> starts it again.</summary>
    [Alias("Cancel")]
    Task<SweepStatus> Cancel();

    /// <summary>How far the sweep is; null if no such sweep was ever submitted.</summary>
    [Alias("Status"), AlwaysInterleave]
    Task<SweepStatus?> Status();

    /// <summary>Where a device that has nothing to do should ask for a lease; null: nowhere at the moment.</summary>
    [Alias("NextShard"), AlwaysInterleave]
    Task<ShardHint?> NextShard(NextShardRequest request);

    /// <summary>What a shard that comes to life must know of its sweep.</summary>
    [Alias("Admit"), AlwaysInterleave]
    Task<ShardAdmission> Admit();

    /// <summary>A shard tells its counts. The last report of a shard is the one in which nothing is open.</summary>
    /// <returns>What the shard is to follow from now on: it may not have heard of the last change.</returns>
    [Alias("ShardChanged"), AlwaysInterleave]
    Task<ShardAdmission> ShardChanged(ShardSummary summary);
}

/// <summary>How a sweep is submitted.</summary>
[GenerateSerializer, Immutable, Alias("amviz.SweepSubmission")]
public sealed record SweepSubmission
{
    /// <summary>
    /// Whether to begin a new run even if one is under way. Otherwise submitting a running sweep changes nothing but its rank, pool and failure budget, and
    /// submitting a paused one resumes it.
    /// </summary>
    [Id(0)]
    public bool Anew { get; init; }

    /// <summary>What the sweep is worth beside others; null: what it was, at first <see cref="SweepRank.Default"/>.</summary>
    [Id(1)]
    public SweepRank? Rank { get; init; }

    /// <summary>Pool whose devices may draw it, <see cref="DevicePool.Any"/>: all; null: what it was, at first all. Devices of other pools end the leases they hold.</summary>
    [Id(2)]
    public string? Pool { get; init; }
}
