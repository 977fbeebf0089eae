using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains;

/// <summary>What one table knows, for the next one: should it be lost together with a device, the next one counts that loss.</summary>
internal sealed partial class LeaseTable
{
    /// <summary>Grows whenever <see cref="KeptLeases"/> or <see cref="Troubles"/> change; what is drawn of tasks that nobody suspects aside.</summary>
    public int Version { get; private set; }

    /// <summary>The leases out, as they are kept.</summary>
    public IReadOnlyList<KeptLease> KeptLeases => [.. _leases.Values.Select(KeptLease.Of)];

    /// <summary>What has gone wrong with which tasks that are not done.</summary>
    public Dictionary<int, TaskTrouble> Troubles
    {
        get => _troubles.Where(trouble => !_done.Contains(trouble.Key)).ToDictionary();
        init => Remember(value);
    }

    /// <summary>Takes up leases that an earlier table had out, after the tasks that are done were <see cref="Finish"/>ed.</summary>
    /// <remarks>They go on as if they had just been given: renewed, lost, or given back if it turns out that their holder knows nothing of them.</remarks>
    public void Restore(IEnumerable<KeptLease> leases)
    {
        // First holders before the copies of their leases.
        foreach (var lease in leases.OrderBy(lease => lease.IsSecondCopy).Where(lease => lease.Token.Epoch < epoch && !_leases.ContainsKey(lease.Token)))
        {
            int[] open = [.. TaskRuns.Tasks(lease.Tasks).Where(task => !_done.Contains(task) && !_condemned.ContainsKey(task) && _holders[task] < (lease.IsSecondCopy ? 2 : 1))];
            if (open.Length > 0)
            {
                TakeOut(open);
                Add(Restored(lease, open));
            }
        }
    }

    /// <summary>Takes back, without blame, restored leases that nobody has renewed since.</summary>
    /// <returns>How many.</returns>
    public int ReleaseRestored(Func<LiveLease, bool> isOutdated)
    {
        AttemptToken[] outdated = [.. _leases.Values.Where(lease => lease.IsRestored && isOutdated(lease)).Select(lease => lease.Token)];
        Array.ForEach(outdated, Release);
        return outdated.Length;
    }

    private LiveLease Restored(KeptLease lease, int[] open) => new()
    {
        Token = lease.Token,
        Device = lease.Device,
        Tasks = open,
        Drawing = [.. TaskRuns.Tasks(lease.Drawing)],
        IsApart = lease.IsApart,
        IsSecondCopy = lease.IsSecondCopy,
        IsRestored = true,
        Duration = lease.Duration > options.Minimum ? lease.Duration : options.Minimum,
        ExpectedWork = lease.ExpectedWork,
        GivenAt = Now,
        RenewedAt = Now,
    };

    /// <summary>Nobody else is to get these tasks: they are neither free nor wait apart from now on.</summary>
    private void TakeOut(int[] tasks)
    {
        Array.ForEach(tasks, task => _free.Remove(task));
        for (var group = _apart.Count; group > 0; group--)
        {
            int[] rest = [.. _apart.Dequeue().Except(tasks)];
            if (rest.Length > 0)
            {
                _apart.Enqueue(rest);
            }
        }
    }

    private void Remember(Dictionary<int, TaskTrouble> troubles)
    {
        foreach (var (task, trouble) in troubles)
        {
            _troubles[task] = trouble;
            if (trouble.IsSuspect(options))
            {
                _free.Remove(task);
                if (!MustGiveUp(task))
                {
                    _apart.Enqueue([task]);
                }
            }
        }
    }

    private TaskTrouble TroubleOf(int task) => _troubles.GetValueOrDefault(task);
}
