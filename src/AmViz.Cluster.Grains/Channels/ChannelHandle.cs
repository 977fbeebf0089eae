namespace AmViz.Cluster.Grains;

/// <summary>One channel task under a lease: the device's agent advances it, the task's grain reads it.</summary>
/// <param name="index">Number of the task inside its shard.</param>
/// <param name="task">The task.</param>
/// <param name="attempt">Lease and device.</param>
/// <param name="steps">Ascent steps of the recipe.</param>
/// <param name="leasedAt">When the lease was received.</param>
internal sealed class ChannelHandle(int index, ChannelTask task, ChannelAttempt attempt, int steps, DateTimeOffset leasedAt)
{
    private readonly Lock _lock = new();
    private ChannelTaskStatus _status = new() { Attempt = attempt, State = ChannelTaskState.Leased, Step = 0, Steps = steps, LeasedAt = leasedAt };

    /// <summary>Number of the task inside its shard.</summary>
    public int Index => index;

    /// <summary>The task.</summary>
    public ChannelTask Task => task;

    /// <summary>Lease and device.</summary>
    public ChannelAttempt Attempt => attempt;

    /// <summary>Where the task stands.</summary>
    public ChannelTaskStatus Status
    {
        get
        {
            lock (_lock)
            {
                return _status;
            }
        }
    }

    /// <summary>Whether the attempt has ended; nothing changes its state any more.</summary>
    public bool HasEnded => Status.State is ChannelTaskState.Committed or ChannelTaskState.Failed or ChannelTaskState.Cancelled;

    /// <summary>What the device resumes from; null: it starts at the first step, or the task has ended.</summary>
    public AscentCheckpoint? Checkpoint { get; set; }

    /// <summary>Whether the store may hold a checkpoint of the task, loaded or saved under this lease.</summary>
    public bool MayHaveCheckpoint { get; set; }

    /// <summary>Resumes from a checkpoint.</summary>
    public void Resume(AscentCheckpoint checkpoint)
    {
        (Checkpoint, MayHaveCheckpoint) = (checkpoint, true);
        Update(status => status with { ResumedAt = checkpoint.Step, Step = checkpoint.Step });
    }

    /// <summary>The batch is sent to the device.</summary>
    /// <returns>False if the attempt has ended.</returns>
    public bool Start(DateTimeOffset now) => Update(status => status with { State = ChannelTaskState.Running, StartedAt = now });

    /// <summary>The device has completed a step.</summary>
    /// <param name="step">Steps done, those before the checkpoint among them.</param>
    public void Step(int step) => Update(status => status with { Step = step });

    /// <summary>Advances the state; an attempt that has ended stays as it ended.</summary>
    /// <returns>False if it had ended.</returns>
    public bool Advance(ChannelTaskState next, string? error = null) => Update(status => status with { State = next, Error = error });

    private bool Update(Func<ChannelTaskStatus, ChannelTaskStatus> change)
    {
        lock (_lock)
        {
            if (HasEnded)
            {
                return false;
            }

            _status = change(_status);
            return true;
        }
    }
}
