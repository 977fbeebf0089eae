using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>The live sweeps and the devices of a cluster: assigns devices to sweeps. Key: <see cref="Key"/>.</summary>
/// <remarks>Memory only: it finds the live sweeps in the store when it is activated, and devices report every few seconds.</remarks>
[Alias("amviz.ISweepIndexGrain")]
public interface ISweepIndexGrain : IGrainWithStringKey
{
    /// <summary>Key of the one index of a cluster.</summary>
    const string Key = "index";

    /// <summary>Adds a sweep, or updates it. Idempotent: running sweeps repeat it, so a new activation of the index fills itself.</summary>
    [Alias("Enter"), AlwaysInterleave]
    Task Enter(LiveSweep sweep);

    /// <summary>Removes a sweep that has ended.</summary>
    [Alias("Remove"), AlwaysInterleave]
    Task Remove(SweepId sweep);

    /// <summary>The running sweeps, highest priority first, then first come first.</summary>
    [Alias("Ranked"), AlwaysInterleave]
    Task<IReadOnlyList<LiveSweep>> Ranked();

    /// <summary>A device reports its status and is assigned sweeps to work for, best first: by priority, then so that devices are shared fairly.</summary>
    /// <param name="device">Its status.</param>
    /// <param name="worksFor">The sweep whose leases it holds at the moment; null: none.</param>
    [Alias("Assign"), AlwaysInterleave]
    Task<DeviceAssignment> Assign(DeviceStatus device, SweepId? worksFor);

    /// <summary>A device leaves.</summary>
    [Alias("Leave"), AlwaysInterleave]
    Task Leave(string device);

    /// <summary>Devices that have reported lately, by name.</summary>
    [Alias("Devices"), AlwaysInterleave]
    Task<IReadOnlyList<DeviceStatus>> Devices();

    /// <summary>Where a sweep stands among the others; null: it is not running.</summary>
    [Alias("Queue"), AlwaysInterleave]
    Task<QueuePosition?> Queue(SweepId sweep);

    /// <summary>Lets a sweep in if its channels fit what its owner may have open. An index that was just activated knows a sweep only once that has entered again.</summary>
    [Alias("Reserve"), AlwaysInterleave]
    Task<ReservedChannels> Reserve(ChannelReservation wanted);

    /// <summary>Every sweep of the store, live or not, in the order of their ids.</summary>
    [Alias("All"), AlwaysInterleave]
    Task<IReadOnlyList<SweepStatus>> All();
}

/// <summary>A sweep that has not ended.</summary>
/// <param name="Id">The sweep.</param>
/// <param name="Rank">Rank among other sweeps.</param>
[GenerateSerializer, Immutable, Alias("amviz.LiveSweep")]
public sealed record LiveSweep([property: Id(0)] SweepId Id, [property: Id(1)] SweepRank Rank)
{
    /// <summary>Pool whose devices may draw it; <see cref="DevicePool.Any"/>: all.</summary>
    [Id(2)]
    public string Pool { get; init; } = DevicePool.Any;

    /// <summary>Channels not done, as far as its shards have reported.</summary>
    [Id(3)]
    public long Open { get; init; }

    /// <summary>Running or paused; devices are assigned to running ones only.</summary>
    [Id(4)]
    public SweepState State { get; init; } = SweepState.Running;

    /// <summary>See <see cref="SweepSubmission.Owner"/>.</summary>
    [Id(5)]
    public string? Owner { get; init; }

    /// <summary>Channels not done, all those of shards that have not reported among them, also while it is paused.</summary>
    [Id(6)]
    public long Left { get; init; }
}
