using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains;

/// <summary>How leases go on, those that this table did not give among them.</summary>
internal sealed partial class LeaseTable
{
    /// <summary>Whether a lease is out and of suspects.</summary>
    public bool IsApart(AttemptToken token) => _leases.TryGetValue(token, out var lease) && lease.IsApart;

    /// <summary>Prolongs a lease, or takes it over if this table does not know it and its tasks are free.</summary>
    /// <returns>Whether the holder is to go on.</returns>
    public bool Renew(string device, LeaseRenewal renewal)
    {
        if (!_leases.TryGetValue(renewal.Token, out var lease))
        {
            return Adopt(device, renewal);
        }

        if (lease.Tasks.All(_done.Contains))
        {
            End(lease);
            return false;
        }

        // Of suspects it must be kept what is begun; of others it changes too often to be kept by itself.
        Version += lease.IsApart && !lease.Drawing.SequenceEqual(renewal.Drawing) ? 1 : 0;
        (lease.RenewedAt, lease.IsRestored, lease.Drawing) = (Now, false, renewal.Drawing);
        return true;
    }

    private bool Adopt(string device, LeaseRenewal renewal)
    {
        var (yielded, isApart) = TakeFromRestored(renewal);
        var adopted = renewal.Tasks.Where(task => task >= 0 && task < taskCount && (yielded.Remove(task) || _free.Remove(task))).ToArray();
        if (adopted.Length == 0)
        {
            return false;
        }

        Add(new()
        {
            Token = renewal.Token,
            Device = device,
            Tasks = adopted,
            IsApart = isApart,
            Duration = options.Minimum,
            ExpectedWork = TimeSpan.Zero,
            GivenAt = Now,
            RenewedAt = Now,
            Drawing = renewal.Drawing,
        });
        return true;
    }

    /// <summary>Whoever draws a task knows better than what was kept: a restored lease of it had ended, and its tasks were given again, before this table's time.</summary>
    private (HashSet<int> Tasks, bool IsApart) TakeFromRestored(LeaseRenewal renewal)
    {
        var (yielded, isApart) = (new HashSet<int>(), false);
        foreach (var outdated in _leases.Values.Where(lease => lease.IsRestored && lease.Tasks.Any(renewal.Tasks.Contains)).ToArray())
        {
            var freed = End(outdated);
            int[] drawn = [.. freed.Where(renewal.Tasks.Contains)];
            yielded.UnionWith(drawn);
            isApart |= outdated.IsApart && drawn.Length > 0;
            freed.ExceptWith(drawn);
            PutBack(outdated, freed);
        }

        return (yielded, isApart);
    }
}
