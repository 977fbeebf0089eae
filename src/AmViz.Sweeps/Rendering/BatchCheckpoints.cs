namespace AmViz.Sweeps;

/// <summary>Where a batch goes on from, and what becomes of where it stands.</summary>
public sealed record BatchCheckpoints
{
    /// <summary>One a task, in the same order, all of one step, and each one that the renderer <see cref="IChannelRenderer.CanResume"/>; empty: the batch begins at its first step.</summary>
    public IReadOnlyList<AscentCheckpoint> Resume { get; init; } = [];

    /// <summary>Takes the checkpoints of all tasks, off the device's thread. Troubles are its own: what cannot be saved fails no batch.</summary>
    public required Func<IReadOnlyList<AscentCheckpoint>, Task> Save { get; init; }

    /// <summary>Time on the device between two checkpoints.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Work that a batch must have done since its last checkpoint to be saved when it is stopped, and, as <see cref="Leaving"/> says, before it.</summary>
    public required TimeSpan MinimumWork { get; init; }

    /// <summary>Fires when the machine may soon be gone: from then on <see cref="MinimumWork"/> takes the place of <see cref="Interval"/>, and the batch goes on. Default: never.</summary>
    public CancellationToken Leaving { get; init; }

    /// <summary>Measures both. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
