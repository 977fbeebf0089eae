using System.Globalization;

namespace AmViz.Cluster.Grains;

/// <summary>Decides which tasks are to blame for failures, crashed batches and lost devices: suspects are leased in isolation, and those proven to blame are quarantined.</summary>
/// <remarks>Pure state. A task is in it, isolated or quarantined, only while no lease holds it.</remarks>
internal sealed class FaultIsolation
{
    private readonly ShardProgress _progress;
    private readonly LeaseOptions _options;
    private readonly Dictionary<int, TaskFaults> _faults = [];
    private readonly Queue<int[]> _isolated = new();
    private readonly SortedDictionary<int, string> _quarantined = [];
    private readonly List<FailedAttempt> _failedAttempts = [];

    /// <summary>Continues with the faults that an earlier activation of the shard has counted.</summary>
    /// <param name="progress">Which tasks have ended; their faults count no more.</param>
    /// <param name="options">After how many faults a task is suspected and quarantined.</param>
    /// <param name="earlier">See <see cref="Faults"/>.</param>
    public FaultIsolation(ShardProgress progress, LeaseOptions options, IReadOnlyDictionary<int, TaskFaults> earlier)
    {
        (_progress, _options) = (progress, options);
        foreach (var (task, faults) in earlier.Where(fault => !progress.HasEnded(fault.Key)))
        {
            _faults[task] = faults;
            if (faults.IsSuspect(options) && !QuarantineIfDeadly(task))
            {
                _isolated.Enqueue([task]);
            }
        }
    }

    /// <summary>Grows whenever <see cref="Faults"/> change.</summary>
    public int Version { get; private set; }

    /// <summary>Faults of the tasks that have not ended.</summary>
    public Dictionary<int, TaskFaults> Faults => _faults.Where(fault => !_progress.HasEnded(fault.Key)).ToDictionary();

    /// <summary>Suspects that wait to be leased.</summary>
    public int IsolatedCount => _isolated.Sum(group => group.Count(IsOpen));

    /// <summary>Tasks that are not tried again in this run, with their errors: their rows are still to be written.</summary>
    public IReadOnlyDictionary<int, string> Quarantined => _quarantined;

    /// <summary>Tasks that are isolated or quarantined.</summary>
    public IEnumerable<int> Tasks => _isolated.SelectMany(group => group).Concat(_quarantined.Keys);

    /// <summary>Attempts at a task so far, the present one included.</summary>
    public int AttemptOf(int task) => FaultsOf(task).Failures + FaultsOf(task).Losses + 1;

    /// <summary>Tasks failed by themselves: they are tried again in isolation, or quarantined after <see cref="LeaseOptions.MaxFailures"/>.</summary>
    public void RecordFailures(LiveLease lease, int[] tasks, string error)
    {
        AddFailedAttempt(lease, AttemptEnd.Failed, tasks, error);
        Array.ForEach(tasks, task => Blame(task, error));
    }

    /// <summary>A batch failed as a whole: one task alone is to blame, several are tried again in halves.</summary>
    public void RecordCrash(LiveLease lease, int[] tasks, string error)
    {
        AddFailedAttempt(lease, AttemptEnd.Crashed, tasks, error);
        if (tasks is [var alone])
        {
            Blame(alone, error);
        }
        else
        {
            IsolateHalves(tasks);
        }
    }

    /// <summary>A device was lost while it drew some tasks.</summary>
    /// <param name="lease">Its lease: if that was in isolation, a task that was drawn alone is to blame.</param>
    /// <param name="drawn">The tasks.</param>
    /// <returns>Those that are isolated or quarantined from now on; the others may be drawn by any device again.</returns>
    public int[] RecordLoss(LiveLease lease, int[] drawn)
    {
        CountLoss(lease, drawn);

        if (lease.IsIsolated && drawn is [var alone])
        {
            Change(alone, faults => faults with { LossesAlone = Raised(faults.LossesAlone) });
            if (QuarantineIfDeadly(alone))
            {
                return drawn;
            }
        }

        // A batch that was lost before is halved; one that never was may just have been unlucky.
        var suspects = Array.FindAll(drawn, IsSuspect);
        IsolateHalves(suspects);
        return suspects;
    }

    /// <summary>A device was lost while it drew tasks that others hold as well: it counts against them, and isolates none yet.</summary>
    public void CountLoss(LiveLease lease, int[] drawn)
    {
        AddFailedAttempt(lease, AttemptEnd.DeviceLost, drawn, error: null);
        foreach (var task in drawn)
        {
            Change(task, faults => faults with { Losses = Raised(faults.Losses) });
        }
    }

    /// <summary>Isolates, in halves, those of some tasks that became suspects while others held them.</summary>
    /// <returns>The suspects.</returns>
    public int[] IsolateSuspects(IEnumerable<int> tasks)
    {
        int[] suspects = [.. tasks.Where(IsSuspect).Order()];
        IsolateHalves(suspects);
        return suspects;
    }

    /// <summary>Whether a task's device was lost too often to draw it beside others.</summary>
    public bool IsSuspect(int task) => FaultsOf(task).Losses >= _options.LossesBeforeSuspicion;

    /// <summary>Isolates some tasks as one group, which is leased as a whole.</summary>
    public void Isolate(int[] group) => _isolated.Enqueue(group);

    /// <summary>Takes out the group that has waited longest, without tasks that have ended.</summary>
    /// <returns>Null if none waits.</returns>
    public int[]? NextGroup()
    {
        while (_isolated.TryDequeue(out var group))
        {
            if (Array.FindAll(group, IsOpen) is { Length: > 0 } open)
            {
                return open;
            }
        }

        return null;
    }

    /// <summary>Takes tasks out of the groups that wait, since a lease holds them.</summary>
    public void Withdraw(int[] tasks)
    {
        for (var group = _isolated.Count; group > 0; group--)
        {
            int[] rest = [.. _isolated.Dequeue().Except(tasks)];
            if (rest.Length > 0)
            {
                _isolated.Enqueue(rest);
            }
        }
    }

    /// <summary>A task has ended. Should it be tried again, its faults are counted anew.</summary>
    public void RecordEnd(int task)
    {
        _quarantined.Remove(task);
        Version += _faults.Remove(task) ? 1 : 0;
    }

    /// <summary>Attempts that have ended without a result since the last call.</summary>
    public IReadOnlyList<FailedAttempt> DrainFailedAttempts()
    {
        FailedAttempt[] drained = [.. _failedAttempts];
        _failedAttempts.Clear();
        return drained;
    }

    private void AddFailedAttempt(LiveLease lease, AttemptEnd end, int[] tasks, string? error)
    {
        if (tasks.Length > 0)
        {
            _failedAttempts.Add(new()
            {
                Tasks = TaskRuns.Of(tasks),
                End = end,
                Device = lease.Device,
                Lease = lease.Token.ToString(),
                StartedAt = lease.StartedAt,
                EndedAt = _options.Clock.GetUtcNow(),
                Error = error,
            });
        }
    }

    private void Blame(int task, string error)
    {
        Change(task, faults => faults with { Failures = Raised(faults.Failures) });
        if (FaultsOf(task).Failures >= _options.MaxFailures)
        {
            _quarantined[task] = error;
        }
        else
        {
            _isolated.Enqueue([task]);
        }
    }

    private void IsolateHalves(int[] tasks)
    {
        foreach (var half in tasks.Chunk(Math.Max((tasks.Length + 1) / 2, 1)))
        {
            _isolated.Enqueue(half);
        }
    }

    private bool QuarantineIfDeadly(int task)
    {
        var losses = FaultsOf(task).LossesAlone;
        if (losses >= _options.MaxLossesAlone)
        {
            _quarantined[task] = string.Create(CultureInfo.InvariantCulture,
                $"Its device was lost {losses} times while it drew this channel alone. Expected a picture or an error; see the logs of the silos that ended meanwhile.");
        }

        return losses >= _options.MaxLossesAlone;
    }

    private void Change(int task, Func<TaskFaults, TaskFaults> change)
    {
        _faults[task] = change(FaultsOf(task));
        Version++;
    }

    private TaskFaults FaultsOf(int task) => _faults.GetValueOrDefault(task);

    private bool IsOpen(int task) => !_progress.HasEnded(task);

    private static byte Raised(byte count) => (byte)Math.Min(count + 1, byte.MaxValue);
}
