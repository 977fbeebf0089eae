namespace AmViz.Cluster.Grains;

/// <summary>Leases of tasks that others hold already, for devices that have nothing else to do: so that no device is waited for.</summary>
/// <remarks>
/// Hedges are safe, because a picture is stored once and a task ends once: whichever device is first has done it, and the others are told with their next renewal.
/// Suspects are not hedged: they would take another device along.
/// </remarks>
internal sealed partial class LeaseTable
{
    private readonly TaskSet _recalledTasks = new(progress.TaskCount);
    private long _lookedAt;

    /// <summary>Tasks that <see cref="Claim"/> could give to a device without work though others hold them; none as long as there are <see cref="Available"/> ones.</summary>
    public int Hedges => IsAdopting || Available > 0 ? 0 : Leases.Where(lease => ReasonToHedge(lease) is not null).SelectMany(HedgeableOf).Distinct().Count();

    private bool WouldHedgeSilent => !IsAdopting && Available == 0 && Leases.Any(lease => IsSilent(lease) && HedgeableOf(lease).Any());

    /// <summary>Leases called back so far.</summary>
    public int RecalledCount { get; private set; }

    /// <summary>Has the pictures of silent devices looked for before their work is hedged, at most once in <see cref="LeaseOptions.ShortestWait"/>.</summary>
    public void LookForUnreported()
    {
        if (WouldHedgeSilent && (_lookedAt == 0 || options.Clock.GetElapsedTime(_lookedAt) > options.ShortestWait))
        {
            (MustListPictures, _lookedAt) = (true, Now);
        }
    }

    /// <summary>Calls a lease back that its device has begun and is very late with, while others work here. It is over once its device has saved what it reached and reports.</summary>
    /// <returns>Whether the device is to stop.</returns>
    public bool Recall(AttemptToken token)
    {
        if (_leases.Find(token) is not { } lease || lease.IsRecalled || !MayRecall(lease))
        {
            return _leases.Find(token) is { IsRecalled: true };
        }

        lease.IsRecalled = true;
        RecalledCount++;
        foreach (var task in lease.Tasks)
        {
            _recalledTasks.Add(task);
        }

        return true;
    }

    /// <summary>Leases the next batch of the lease that most needs a second device: of a silent device, of one that is late, then one that would wait longest for its device.</summary>
    private LiveLease? Hedge(string device, int batchSize, TimeSpan expectedBatch)
    {
        HashSet<int> own = [.. Leases.Where(lease => string.Equals(lease.Device, device, StringComparison.Ordinal)).SelectMany(lease => lease.Tasks)];
        var candidates = from lease in Leases
                         let reason = ReasonToHedge(lease)
                         where reason is not null && HedgeableOf(lease).Any(task => !own.Contains(task))
                         select new { Lease = lease, Reason = reason.Value };
        if (candidates.MinBy(candidate => (IsHedged(candidate.Lease), candidate.Reason, UrgencyOf(candidate.Lease, candidate.Reason))) is not { } best)
        {
            return null;
        }

        int[] tasks = [.. HedgeableOf(best.Lease).Where(task => !own.Contains(task)).Take(batchSize)];
        if (best.Reason == HedgeReason.Waiting)
        {
            // Taken over, and not copied: its device has not begun, and hears of it before it could be done.
            TakeOver(best.Lease, tasks);
        }

        var hedge = Grant(device, tasks, batchSize, expectedBatch, isSecondCopy: best.Reason != HedgeReason.Waiting, isTakenOver: best.Reason == HedgeReason.Waiting);
        hedge.Hedges = best.Reason;
        return hedge;
    }

    /// <summary>Ends a lease that is not begun, but for the tasks that go on to another device.</summary>
    private void TakeOver(LiveLease lease, int[] tasks)
    {
        var freed = End(lease);
        freed.ExceptWith(tasks);
        Return(lease, freed);
    }

    /// <summary>Why a lease should be hedged; null: its device is expected to do it in time.</summary>
    private HedgeReason? ReasonToHedge(LiveLease lease)
        => lease.IsIsolated ? null
            : IsSilent(lease) ? HedgeReason.Silent
            : IsLate(lease) ? HedgeReason.Late
            : WillWait(lease) ? HedgeReason.Waiting
            : null;

    /// <summary>Its tasks that may be leased once more: open, and in no hands that can be relied on. What is late is worth two hedges at once, since one may be hit too.</summary>
    private IEnumerable<int> HedgeableOf(LiveLease lease) => lease.Tasks.Where(task => !progress.HasEnded(task) && !faults.IsSuspect(task)
        && (_leases.HoldersOf(task) == 1 || (_leases.HoldersOf(task) < options.MostHolders && (IsPlainlyLate(lease) || Leases.All(other => IsUnreliable(other) || !other.Tasks.Contains(task))))));

    private bool IsHedged(LiveLease lease) => lease.Tasks.Any(task => _leases.HoldersOf(task) > 1 && !progress.HasEnded(task));

    /// <summary>The smaller, the sooner: the oldest first, and of those that wait the one with the longest wait.</summary>
    private long UrgencyOf(LiveLease lease, HedgeReason reason) => reason == HedgeReason.Waiting ? -WaitOf(lease).Ticks : lease.GrantedAt;

    private bool IsPlainlyLate(LiveLease lease) => !lease.IsSecondCopy && !IsSilent(lease) && IsLate(lease);

    private bool IsUnreliable(LiveLease lease) => IsSilent(lease) || IsLate(lease);

    private bool IsSilent(LiveLease lease)
    {
        var silence = options.Clock.GetElapsedTime(lease.RenewedAt);
        // A short lease is renewed at a third of it, so that after three of those it has expired.
        return silence > options.Silence || silence > lease.Duration;
    }

    /// <summary>Each task once, and not while a hedge may end it sooner: else nothing might ever end where all devices are slow.</summary>
    private bool MayRecall(LiveLease lease) => lease is { IsIsolated: false, BegunAt: > 0 } && IsLate(lease, options.RecallFactor) && _leases.DevicesWith(lease.Device) > 1
        && !lease.Tasks.Any(task => _recalledTasks.Contains(task) || _leases.HoldersOf(task) > 1);

    private bool IsLate(LiveLease lease) => IsLate(lease, options.StragglerFactor);

    private bool IsLate(LiveLease lease, double factor)
    {
        var isBegun = lease.BegunAt > 0;
        var age = options.Clock.GetElapsedTime(isBegun ? lease.BegunAt : lease.GrantedAt);
        var patience = lease.ExpectedWork > TimeSpan.Zero ? lease.ExpectedWork * (isBegun ? factor : 2 * factor) : lease.Duration;
        return age > patience && age > options.MinimumStraggler;
    }

    /// <summary>Whether its device is busy with another lease for so long that one without work would begin sooner.</summary>
    private bool WillWait(LiveLease lease)
        => lease is { Stage: LeaseStage.Waiting, IsTakenOver: false, IsSecondCopy: false }
            && lease.ExpectedWork > TimeSpan.Zero
            && lease.Tasks.All(task => _leases.HoldersOf(task) == 1 || progress.HasEnded(task))
            && WaitOf(lease) > options.ShortestWait;

    /// <summary>How long until its device should begin it, which holds a lease of the same length before; if it should have begun by now, how long ago that was.</summary>
    private TimeSpan WaitOf(LiveLease lease) => (lease.ExpectedWork - options.Clock.GetElapsedTime(lease.GrantedAt)).Duration();

    /// <summary>Silent leases whose tasks a silent hedge holds too, and those hedges.</summary>
    private HashSet<LiveLease> SilentTwice()
    {
        var shared = from lease in Leases
                     where !lease.IsIsolated && IsSilent(lease)
                     from task in lease.Tasks
                     where _leases.HoldersOf(task) > 1 && !progress.HasEnded(task)
                     group lease by task into holders
                     where holders.Skip(1).Any()
                     from lease in holders
                     select lease;
        return [.. shared];
    }

    private void SetStage(LiveLease lease, LeaseRenewal renewal)
    {
        lease.Stage = renewal.Stage;
        lease.BegunAt = renewal.Stage == LeaseStage.Drawing && lease.BegunAt == 0 ? BegunAt(renewal) : lease.BegunAt;
    }

    private long BegunAt(LeaseRenewal renewal) => Math.Max(1, Now - (long)(renewal.DrawnFor.TotalSeconds * options.Clock.TimestampFrequency));
}
