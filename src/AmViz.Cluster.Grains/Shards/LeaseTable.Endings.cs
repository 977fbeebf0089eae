using System.Globalization;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains;

/// <summary>How leases end: reported, given back, or lost.</summary>
internal sealed partial class LeaseTable
{
    /// <summary>Takes in what went wrong under a lease, and its end. Rows are <see cref="Finish"/>ed before.</summary>
    /// <returns>False if the lease is not known any more; its troubles then count for nothing, since its work was given to others.</returns>
    public bool Report(LeaseReport report)
    {
        if (!_leases.TryGetValue(report.Token, out var lease))
        {
            // Whoever stops late may have saved late.
            MustLookForCheckpoints = true;
            return false;
        }

        var freed = End(lease);
        foreach (var failure in report.Failures)
        {
            Blame(failure.Task, failure.Error, freed);
        }

        foreach (var crash in report.Crashes)
        {
            var tasks = crash.Tasks.Where(freed.Contains).ToArray();
            if (tasks is [var alone])
            {
                Blame(alone, crash.Error, freed);
            }
            else
            {
                SetApart(tasks, freed);
            }
        }

        PutBack(lease, freed);
        return true;
    }

    /// <summary>Takes a lease back without blame.</summary>
    public void Release(AttemptToken token)
    {
        if (_leases.TryGetValue(token, out var lease))
        {
            PutBack(lease, EndUnreported(lease));
        }
    }

    /// <summary>Takes all leases back without blame.</summary>
    public void ReleaseAll()
    {
        foreach (var token in _leases.Keys.ToArray())
        {
            Release(token);
        }
    }

    /// <summary>Takes back the leases whose holders have been silent for too long.</summary>
    /// <returns>How many.</returns>
    public int Expire()
        => Lose(lease => options.Clock.GetElapsedTime(lease.RenewedAt) > lease.Duration);

    /// <summary>Takes back the leases of devices that are known to be dead.</summary>
    /// <returns>How many.</returns>
    public int Lose(Func<LiveLease, bool> isLost)
    {
        var lost = _leases.Values.Where(isLost).OrderBy(lease => lease.GivenAt).ToArray();
        foreach (var lease in lost)
        {
            Lose(lease);
        }

        return lost.Length;
    }

    private void Lose(LiveLease lease)
    {
        var freed = EndUnreported(lease);
        // What is begun of suspects is told before it is begun. Of others it may be unknown what was drawn when the device was lost.
        var suspects = freed.Where(task => lease.Drawing.Contains(task) || (lease.Drawing.Count == 0 && !lease.IsApart)).ToArray();
        foreach (var task in suspects)
        {
            Change(task, trouble => trouble with { Losses = Raised(trouble.Losses) });
        }

        if (lease.IsApart && suspects is [var alone])
        {
            Change(alone, trouble => trouble with { LossesAlone = Raised(trouble.LossesAlone) });
            if (MustGiveUp(alone))
            {
                freed.Remove(alone);
            }
        }

        // A batch that was lost before is halved; one that never was may just have been unlucky.
        var dubious = Array.FindAll(suspects, task => freed.Contains(task) && TroubleOf(task).Losses >= options.LossesBeforeSuspicion);
        SetApart(dubious, freed);
        PutBack(lease, freed);
    }

    /// <inheritdoc cref="End"/>
    private HashSet<int> EndUnreported(LiveLease lease)
    {
        var freed = End(lease);
        MustLookForPictures |= freed.Count > 0;
        return freed;
    }

    /// <summary>Removes the lease.</summary>
    /// <returns>Its tasks that are not done and that nobody else holds.</returns>
    private HashSet<int> End(LiveLease lease)
    {
        Version++;
        _leases.Remove(lease.Token);
        if (--_leasesOf[lease.Device] == 0)
        {
            _leasesOf.Remove(lease.Device);
        }

        HashSet<int> freed = [.. lease.Tasks.Where(task => --_holders[task] == 0 && !_done.Contains(task))];
        MustLookForCheckpoints |= freed.Count > 0;
        return freed;
    }

    private void Blame(int task, string error, HashSet<int> freed)
    {
        if (!freed.Remove(task))
        {
            return;
        }

        Change(task, trouble => trouble with { Failures = Raised(trouble.Failures) });
        if (TroubleOf(task).Failures >= options.MaxFailures)
        {
            _condemned[task] = error;
        }
        else
        {
            _apart.Enqueue([task]);
        }
    }

    /// <summary>Leases the tasks again in halves, apart from all others.</summary>
    private void SetApart(int[] tasks, HashSet<int> freed)
    {
        freed.ExceptWith(tasks);
        var half = (tasks.Length + 1) / 2;
        foreach (var group in tasks.Chunk(Math.Max(half, 1)))
        {
            _apart.Enqueue(group);
        }
    }

    /// <summary>What nobody blames goes back to where it came from: a suspect that was not drawn is still one.</summary>
    private void PutBack(LiveLease lease, HashSet<int> freed)
    {
        if (lease.IsApart && freed.Count > 0)
        {
            _apart.Enqueue([.. freed.Order()]);
            return;
        }

        foreach (var task in freed)
        {
            _free.Add(task);
        }
    }

    private bool MustGiveUp(int task)
    {
        var isDeadly = TroubleOf(task).LossesAlone >= options.MaxLossesAlone;
        if (isDeadly)
        {
            _condemned[task] = string.Create(CultureInfo.InvariantCulture,
                $"Its device was lost {TroubleOf(task).LossesAlone} times while it drew this channel alone. Expected a picture or an error; see the logs of the silos that ended meanwhile.");
        }

        return isDeadly;
    }

    private void Change(int task, Func<TaskTrouble, TaskTrouble> change)
    {
        _troubles[task] = change(TroubleOf(task));
        Version++;
    }

    private static byte Raised(byte count) => (byte)Math.Min(count + 1, byte.MaxValue);
}
