using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>One channel task in the hands of a device: shared by the device's agent, which moves it on, and the task's grain, which tells of it.</summary>
/// <param name="index">Number of the task inside its shard.</param>
/// <param name="task">The task.</param>
/// <param name="attempt">Lease and device.</param>
internal sealed class ChannelHandle(int index, ChannelTask task, ChannelAttempt attempt)
{
    private int _state = (int)ChannelTaskState.Leased;

    /// <summary>Number of the task inside its shard.</summary>
    public int Index => index;

    /// <summary>The task.</summary>
    public ChannelTask Task => task;

    /// <summary>Lease and device.</summary>
    public ChannelAttempt Attempt => attempt;

    /// <summary>How far it is.</summary>
    public ChannelTaskState State => (ChannelTaskState)Volatile.Read(ref _state);

    /// <summary>Where the device goes on from; null: it begins anew.</summary>
    public AscentCheckpoint? Begun { get; set; }

    /// <summary>Whether the device has saved the task under this lease.</summary>
    public bool IsSaved { get; set; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; private set; }

    /// <summary>For people.</summary>
    public ChannelTaskStatus Status => new(attempt, State, Error);

    /// <summary>Moves on. What has ended stays as it ended.</summary>
    /// <returns>False if it had ended.</returns>
    public bool Advance(ChannelTaskState next, string? error = null)
    {
        while (true)
        {
            var now = State;
            if (now is ChannelTaskState.Committed or ChannelTaskState.Failed or ChannelTaskState.Cancelled)
            {
                return false;
            }

            Error = error ?? Error;
            if (Interlocked.CompareExchange(ref _state, (int)next, (int)now) == (int)now)
            {
                return true;
            }
        }
    }
}
