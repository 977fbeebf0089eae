using Orleans;
using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>One channel task while a device holds it. Key: <see cref="ChannelTaskKey"/>.</summary>
/// <remarks>
/// Lives on the silo of that device, is brought to life by the device's agent, and only for leased tasks: a cluster has as
/// many as its devices hold, never one for every channel. Memory only; nothing is lost with it.
/// </remarks>
[Alias("amviz.IChannelTaskGrain")]
public interface IChannelTaskGrain : IGrainWithStringKey
{
    /// <summary>Queues the task on a device of this silo and returns at once.</summary>
    /// <returns>False if the device is not on this silo, or the task was cancelled under this token.</returns>
    [Alias("Run")]
    Task<bool> Run(ChannelAttempt attempt);

    /// <summary>Where the task stands; null: no device holds it.</summary>
    [Alias("Status"), AlwaysInterleave]
    Task<ChannelTaskStatus?> Status();

    /// <summary>Gives this attempt up: what is not drawn yet will not be, what is being drawn is thrown away, and the task is free again when the lease ends.</summary>
    [Alias("Cancel"), AlwaysInterleave]
    Task Cancel();
}

/// <summary>An attempt at a channel task.</summary>
/// <param name="Token">Lease it belongs to.</param>
/// <param name="Device">Device that holds the lease.</param>
[GenerateSerializer, Immutable, Alias("amviz.ChannelAttempt")]
public sealed record ChannelAttempt([property: Id(0)] AttemptToken Token, [property: Id(1)] string Device);

/// <summary>Where a channel task stands.</summary>
/// <param name="Attempt">The attempt at hand.</param>
/// <param name="State">How far it is.</param>
/// <param name="Error">Why it failed; otherwise null.</param>
[GenerateSerializer, Immutable, Alias("amviz.ChannelTaskStatus")]
public sealed record ChannelTaskStatus(
    [property: Id(0)] ChannelAttempt Attempt,
    [property: Id(1)] ChannelTaskState State,
    [property: Id(2)] string? Error);

/// <summary>The life of a channel task on a device.</summary>
public enum ChannelTaskState
{
    /// <summary>A device has the right to draw it.</summary>
    Leased,

    /// <summary>Waits for its batch.</summary>
    Queued,

    /// <summary>On the device.</summary>
    Running,

    /// <summary>Drawn; the picture is being stored.</summary>
    Uploading,

    /// <summary>Stored, or known to have no picture.</summary>
    Committed,

    /// <summary>This attempt failed.</summary>
    Failed,

    /// <summary>This attempt was given up.</summary>
    Cancelled,
}
