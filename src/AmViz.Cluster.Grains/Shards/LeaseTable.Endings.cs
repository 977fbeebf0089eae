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

        Free(freed);
        return true;
    }

    /// <summary>Takes a lease back without blame.</summary>
    public void Release(AttemptToken token)
    {
        if (_leases.TryGetValue(token, out var lease))
        {
            Free(End(lease));
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
        var freed = End(lease);
        var suspects = freed.Where(task => lease.Drawing.Count == 0 || lease.Drawing.Contains(task)).ToArray();
        foreach (var task in suspects)
        {
            _trouble[task].Losses = Raised(_trouble[task].Losses);
        }

        if (lease.IsApart && suspects is [var alone])
        {
            _trouble[alone].LossesAlone = Raised(_trouble[alone].LossesAlone);
            if (_trouble[alone].LossesAlone >= options.MaxLossesAlone)
            {
                freed.Remove(alone);
                _condemned[alone] = string.Create(CultureInfo.InvariantCulture,
                    $"Its device was lost {_trouble[alone].LossesAlone} times while it drew this channel alone. Expected a picture or an error; see the log of the silo '{lease.Device}'.");
            }
        }

        // A batch that was lost before is halved; one that never was may just have been unlucky.
        var dubious = Array.FindAll(suspects, task => freed.Contains(task) && _trouble[task].Losses >= options.LossesBeforeSuspicion);
        SetApart(dubious, freed);
        Free(freed);
    }

    /// <summary>Removes the lease.</summary>
    /// <returns>Its tasks that are not done and that nobody else holds.</returns>
    private HashSet<int> End(LiveLease lease)
    {
        _leases.Remove(lease.Token);
        if (--_leasesOf[lease.Device] == 0)
        {
            _leasesOf.Remove(lease.Device);
        }

        return [.. lease.Tasks.Where(task => --_holders[task] == 0 && !_done.Contains(task))];
    }

    private void Blame(int task, string error, HashSet<int> freed)
    {
        if (!freed.Remove(task))
        {
            return;
        }

        _trouble[task].Failures = Raised(_trouble[task].Failures);
        if (_trouble[task].Failures >= options.MaxFailures)
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

    private void Free(IEnumerable<int> tasks)
    {
        foreach (var task in tasks)
        {
            _free.Add(task);
        }
    }

    private static byte Raised(byte count) => (byte)Math.Min(count + 1, byte.MaxValue);
}
