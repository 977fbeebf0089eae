using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>Coordinates one sweep. Key: <see cref="SweepId"/>.</summary>
/// <remarks>
/// Holds no result: its counts are rebuilt from the store by every new activation. No call waits for a picture.
/// </remarks>
[Alias("amviz.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Starts the sweep, or starts it again: pictures that are stored are skipped, channels that failed in an earlier run are tried again.</summary>
    /// <param name="plan">Its id must be the grain's key.</param>
    /// <param name="submission">How.</param>
    [Alias("Submit")]
    Task<SweepStatus> Submit(SweepPlan plan, SweepSubmission submission);

    /// <summary>Ends all leases, which devices learn with their next renewal; <see cref="Resume"/> continues.</summary>
    [Alias("Pause")]
    Task<SweepStatus> Pause();

    /// <summary>Continues after <see cref="Pause"/>; changes nothing if the sweep is not paused.</summary>
    [Alias("Resume")]
    Task<SweepStatus> Resume();

    /// <summary>Ends the sweep; stored results stay. <see cref="Submit"/> starts it again.</summary>
    [Alias("Cancel")]
    Task<SweepStatus> Cancel();

    /// <summary>Gives a sweep that has not ended another rank; changes nothing if it has.</summary>
    /// <param name="priority">See <see cref="SweepRank.Priority"/>; null: unchanged.</param>
    /// <param name="share">See <see cref="SweepRank.Share"/>; null: unchanged.</param>
    /// <returns>Null if no such sweep was ever submitted.</returns>
    [Alias("Rerank")]
    Task<SweepStatus?> Rerank(int? priority, int? share);

    /// <summary>
    /// Draws tasks again that ended without a picture, in a running or an ended sweep, which begins to run again. They keep their history; their faults are counted anew. A paused sweep
    /// stays paused and tries them once it is resumed.
    /// </summary>
    /// <param name="filter">Which tasks.</param>
    /// <param name="request">Chosen by the caller: repeated under the same id, it is one retry.</param>
    /// <param name="owner">Who asks: the owner from now on of a sweep that had ended, since it takes channels of theirs. Null: the owner stays.</param>
    /// <returns>How many are tried again; null if no such sweep was ever submitted.</returns>
    [Alias("Retry")]
    Task<TaskRetry?> Retry(TaskFilter filter, Guid request, string? owner = null);

    /// <summary>Removes a sweep that has ended from the store, with what only it holds. Asked again, it tells how far that is.</summary>
    [Alias("Delete")]
    Task<SweepRemoval> Delete();

    /// <summary>What is known of one task, also when it waits or has ended.</summary>
    /// <returns>Null if the sweep has no such task.</returns>
    [Alias("InspectTask"), AlwaysInterleave]
    Task<TaskInspection?> InspectTask(TaskQuery query);

    /// <summary>Status of the sweep; null if no such sweep was ever submitted.</summary>
    [Alias("Status"), AlwaysInterleave]
    Task<SweepStatus?> Status();

    /// <summary>The shard of which an idle device should claim a lease; null: none at the moment.</summary>
    [Alias("NextShard"), AlwaysInterleave]
    Task<ShardHint?> NextShard(NextShardRequest request);

    /// <summary>What a shard that is activated needs to know of its sweep.</summary>
    [Alias("Admit"), AlwaysInterleave]
    Task<ShardAdmission> Admit();

    /// <summary>A shard reports its counts. The last report of a shard is the one in which nothing is open.</summary>
    /// <returns>What the shard is to follow from now on: it may not know of the last change.</returns>
    [Alias("ShardChanged"), AlwaysInterleave]
    Task<ShardAdmission> ShardChanged(ShardSummary summary);
}

/// <summary>How a sweep is submitted.</summary>
[GenerateSerializer, Immutable, Alias("amviz.SweepSubmission")]
public sealed record SweepSubmission
{
    /// <summary>
    /// Whether to begin a new run even if one is under way. Otherwise submitting a running sweep changes only its rank, pool and failure budget, and
    /// submitting a paused one resumes it.
    /// </summary>
    [Id(0)]
    public bool Anew { get; init; }

    /// <summary>Rank among other sweeps; null: unchanged, at first <see cref="SweepRank.Default"/>.</summary>
    [Id(1)]
    public SweepRank? Rank { get; init; }

    /// <summary>Pool whose devices may draw it, <see cref="DevicePool.Any"/>: all; null: unchanged, at first all. Devices of other pools end the leases they hold.</summary>
    [Id(2)]
    public string? Pool { get; init; }

    /// <summary>Who submits it, such as <c>key:0123456789ab</c>; it is the owner of the run that this begins. Null: nobody is named.</summary>
    [Id(3)]
    public string? Owner { get; init; }
}
