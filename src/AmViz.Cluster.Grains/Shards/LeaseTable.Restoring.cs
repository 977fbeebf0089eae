namespace AmViz.Cluster.Grains;

/// <summary>Leases that an earlier activation has granted: persisted for the next one, restored, adopted from devices that renew them.</summary>
internal sealed partial class LeaseTable
{
    /// <summary>Grows whenever the leases of the next <see cref="Snapshot"/> or its faults change; what is drawn of tasks that nobody suspects aside.</summary>
    public int Version => _leases.Version + _drawingVersion + faults.Version;

    /// <summary>What the next activation continues with: should this one be lost together with a device, the next one counts that loss.</summary>
    public LeaseTableSnapshot Snapshot => new() { Epoch = epoch, Leases = [.. Leases.Select(LeaseSnapshot.Of)], Faults = faults.Faults };

    /// <summary>Restores leases that an earlier table had granted.</summary>
    /// <remarks>They continue as if they had just been granted: renewed, lost, or released if it turns out that their holder knows nothing of them.</remarks>
    public void Restore(IEnumerable<LeaseSnapshot> leases)
    {
        // First holders before the copies of their leases.
        foreach (var lease in leases.OrderBy(lease => lease.IsSecondCopy).Where(lease => lease.Token.Epoch < epoch && _leases.Find(lease.Token) is null))
        {
            int[] open = [.. TaskRuns.Tasks(lease.Tasks).Where(task => !progress.HasEnded(task) && !faults.Quarantined.ContainsKey(task) && _leases.HoldersOf(task) < (lease.IsSecondCopy ? options.MostHolders : 1))];
            if (open.Length > 0)
            {
                Array.ForEach(open, task => _free.Remove(task));
                faults.Withdraw(open);
                _leases.Add(Restored(lease, open));
            }
        }
    }

    /// <summary>Ends, without blame, restored leases that nobody has renewed since.</summary>
    /// <returns>How many.</returns>
    public int ReleaseRestored(Func<LiveLease, bool> isOutdated)
    {
        AttemptToken[] outdated = [.. Leases.Where(lease => lease.IsRestored && isOutdated(lease)).Select(lease => lease.Token)];
        Array.ForEach(outdated, Release);
        return outdated.Length;
    }

    private bool Adopt(string device, LeaseRenewal renewal)
    {
        var (yielded, isIsolated) = YieldRestored(renewal);
        var adopted = renewal.Tasks.Where(task => task >= 0 && task < progress.TaskCount && (yielded.Remove(task) || _free.Remove(task))).ToArray();
        if (adopted.Length == 0)
        {
            return false;
        }

        _leases.Add(new()
        {
            Token = renewal.Token,
            Device = device,
            Tasks = adopted,
            IsIsolated = isIsolated,
            Duration = options.Minimum,
            ExpectedWork = TimeSpan.Zero,
            GrantedAt = Now,
            RenewedAt = Now,
            Drawing = renewal.Drawing,
            LastRenewal = renewal.Number,
            Stage = renewal.Stage,
            BegunAt = renewal.Stage == LeaseStage.Drawing ? BegunAt(renewal) : 0,
        });
        return true;
    }

    /// <summary>A device that draws a task knows better than the snapshot: a restored lease of that task had ended, and the task was leased again, before this table's time.</summary>
    private (HashSet<int> Tasks, bool IsIsolated) YieldRestored(LeaseRenewal renewal)
    {
        var (yielded, isIsolated) = (new HashSet<int>(), false);
        foreach (var outdated in Leases.Where(lease => lease.IsRestored && lease.Tasks.Any(renewal.Tasks.Contains)).ToArray())
        {
            var freed = End(outdated);
            int[] drawn = [.. freed.Where(renewal.Tasks.Contains)];
            yielded.UnionWith(drawn);
            isIsolated |= outdated.IsIsolated && drawn.Length > 0;
            freed.ExceptWith(drawn);
            Return(outdated, freed);
        }

        return (yielded, isIsolated);
    }

    private LiveLease Restored(LeaseSnapshot lease, int[] open) => new()
    {
        Token = lease.Token,
        Device = lease.Device,
        Tasks = open,
        Drawing = [.. TaskRuns.Tasks(lease.Drawing)],
        LastRenewal = lease.LastRenewal,
        IsIsolated = lease.IsIsolated,
        IsSecondCopy = lease.IsSecondCopy,
        IsRestored = true,
        Duration = lease.Duration > options.Minimum ? lease.Duration : options.Minimum,
        ExpectedWork = lease.ExpectedWork,
        StartedAt = lease.StartedAt,
        GrantedAt = Now,
        RenewedAt = Now,
    };
}
