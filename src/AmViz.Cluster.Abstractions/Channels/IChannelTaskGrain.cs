using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>One channel task while a device holds it. Key: <see cref="ChannelTaskKey"/>.</summary>
/// <remarks>
/// Lives on the silo of that device, is activated by the device's agent, and only for leased tasks: a cluster has as
/// many as its devices hold, never one for every channel. It answers from the state that the device itself advances. Memory only; nothing is lost with it.
/// </remarks>
[Alias("amviz.IChannelTaskGrain")]
public interface IChannelTaskGrain : IGrainWithStringKey
{
    /// <summary>Marks the task as queued on a device of this silo and returns at once.</summary>
    /// <returns>False if the device is not on this silo, or the attempt has ended.</returns>
    [Alias("Run")]
    Task<bool> Run(ChannelAttempt attempt);

    /// <summary>Where the task stands; null: no device of the silo holds it. Answers at once, also while the task is drawn.</summary>
    [Alias("Status"), AlwaysInterleave]
    Task<ChannelTaskStatus?> Status();

    /// <summary>Abandons this attempt: what is not drawn yet will not be, what is being drawn is discarded, and the task is free again when the lease ends.</summary>
    [Alias("Cancel"), AlwaysInterleave]
    Task Cancel();
}

/// <summary>An attempt at a channel task.</summary>
/// <param name="Token">Lease it belongs to.</param>
/// <param name="Device">Device that holds the lease.</param>
[GenerateSerializer, Immutable, Alias("amviz.ChannelAttempt")]
public sealed record ChannelAttempt([property: Id(0)] AttemptToken Token, [property: Id(1)] string Device);

/// <summary>Where a channel task stands on its device.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ChannelTaskStatus")]
public sealed record ChannelTaskStatus
{
    /// <summary>The lease and the device that holds it.</summary>
    [Id(0)]
    public required ChannelAttempt Attempt { get; init; }

    /// <summary>How far the attempt is.</summary>
    [Id(1)]
    public required ChannelTaskState State { get; init; }

    /// <summary>Why it failed, or why there is no picture; otherwise null.</summary>
    [Id(2)]
    public string? Error { get; init; }

    /// <summary>Ascent steps done, from 0 to <see cref="Steps"/>; those before the checkpoint that it was resumed from among them.</summary>
    [Id(3)]
    public required int Step { get; init; }

    /// <summary>Ascent steps of the recipe.</summary>
    [Id(4)]
    public required int Steps { get; init; }

    /// <summary>When the device received the lease, on the clock of its silo.</summary>
    [Id(5)]
    public required DateTimeOffset LeasedAt { get; init; }

    /// <summary>When the batch was sent to the device, on the same clock; null: it waits.</summary>
    [Id(6)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Step of the checkpoint that the task is resumed from; 0: it starts at the first step.</summary>
    [Id(7)]
    public int ResumedAt { get; init; }
}

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

    /// <summary>This attempt was abandoned.</summary>
    Cancelled,
}
