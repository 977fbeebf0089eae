namespace AmViz.Cluster.Grains;

/// <summary>Which device holds which tasks of a shard, and until when.</summary>
/// <remarks>
/// Pure state: no storage, no calls. At any time a task is in exactly one place: ended (<see cref="ShardProgress"/>), isolated or quarantined (<see cref="FaultIsolation"/>),
/// free, or held by one lease (by more, when the first is hedged).
/// </remarks>
/// <param name="progress">Which tasks have ended.</param>
/// <param name="faults">Which tasks are suspected.</param>
/// <param name="epoch">Number of the shard's activation: part of every token.</param>
/// <param name="options">How leases run.</param>
internal sealed partial class LeaseTable(ShardProgress progress, FaultIsolation faults, long epoch, LeaseOptions options)
{
    private readonly TaskSet _free = TaskSet.Of(progress.TaskCount, progress.OpenTasks.Except(faults.Tasks));
    private readonly LeaseSet _leases = new(progress.TaskCount);
    private TaskSet _checkpointed = new(progress.TaskCount);
    private long _lastNumber;
    private int _drawingVersion;

    /// <summary>Number of the shard's activation.</summary>
    public long Epoch => epoch;

    /// <summary>Tasks that nobody holds and nobody suspects.</summary>
    public int FreeCount => _free.Count;

    /// <summary>Tasks that a claim could get now and that nobody holds.</summary>
    public int Available => _free.Count + faults.IsolatedCount;

    /// <summary>Active leases.</summary>
    public IReadOnlyCollection<LiveLease> Leases => _leases.All;

    /// <summary>Until when there may be leases that this table does not know of, in ticks of its clock; 0: there are none.</summary>
    public long AdoptsUntil { get; init; }

    /// <summary>Whether devices may still renew leases that this table does not know of.</summary>
    public bool IsAdopting => Now < AdoptsUntil;

    /// <summary>Whether work was left unfinished since the store was last asked which tasks have a checkpoint. At first nobody knows.</summary>
    public bool MustListCheckpoints { get; set; } = true;

    /// <summary>Whether leases ended without a report since the store was last asked for their pictures: a lease is reported as a whole, and its holder may have stored most of it.</summary>
    public bool MustListPictures { get; set; }

    private long Now => options.Clock.GetTimestamp();

    /// <summary>Sets which tasks have a checkpoint: they are leased before others, and not together with them.</summary>
    public void SetCheckpointed(IEnumerable<int> tasks) => _checkpointed = TaskSet.Of(progress.TaskCount, tasks);

    /// <summary>Whether the task may have a checkpoint.</summary>
    public bool MayHaveCheckpoint(int task) => _checkpointed.Contains(task);

    /// <summary>Whether an active lease is of suspects.</summary>
    public bool IsIsolated(AttemptToken token) => _leases.Find(token) is { IsIsolated: true };

    /// <summary>A task has ended, and is leased no more.</summary>
    public void RecordEnd(int task)
    {
        _free.Remove(task);
        faults.RecordEnd(task);
    }

    /// <summary>Leases free tasks, then suspects, then hedges.</summary>
    /// <param name="device">Who asks.</param>
    /// <param name="want">Most tasks wanted.</param>
    /// <param name="batchSize">Images the device computes at once.</param>
    /// <param name="expectedBatch">How long it expects a batch to take; zero: unknown.</param>
    /// <param name="isBusy">Whether it has other work in hand, and would not begin a hedge at once.</param>
    /// <returns>Null if there is nothing now.</returns>
    public LiveLease? Claim(string device, int want, int batchSize, TimeSpan expectedBatch, bool isBusy = false)
    {
        if (want <= 0)
        {
            return null;
        }

        if (IsAdopting)
        {
            // Leases given by an earlier activation hold what was given last: the lowest numbers that have not ended.
            return _free.Count > 1 ? Grant(device, _free.TakeHighest(Math.Min(want, _free.Count / 2)), batchSize, expectedBatch) : null;
        }

        if (_free.Count > 0)
        {
            var share = FairShare(device, want, batchSize);
            var checkpointed = _checkpointed.Count > 0 ? _free.TakeLowestOf(_checkpointed, share) : [];
            return Grant(device, checkpointed.Count > 0 ? checkpointed : _free.TakeLowest(share), batchSize, expectedBatch);
        }

        // A device draws nothing beside suspects, so that a further group would wait while another device could draw it.
        if (!(isBusy && Leases.Any(lease => lease.IsIsolated && string.Equals(lease.Device, device, StringComparison.Ordinal))) && faults.NextGroup() is { } suspects)
        {
            return Grant(device, suspects, batchSize, expectedBatch, isIsolated: true);
        }

        return isBusy ? null : Hedge(device, batchSize, expectedBatch);
    }

    /// <summary>Prolongs a lease, or adopts it if this table does not know it and its tasks are free.</summary>
    /// <returns>Whether the holder is to continue.</returns>
    public bool Renew(string device, LeaseRenewal renewal)
    {
        if (_leases.Find(renewal.Token) is not { } lease)
        {
            return Adopt(device, renewal);
        }

        if (lease.Tasks.All(progress.HasEnded))
        {
            End(lease);
            return false;
        }

        (lease.RenewedAt, lease.IsRestored) = (Now, false);
        if (renewal.Number == 0 || renewal.Number > lease.LastRenewal)
        {
            // Of suspects it must be persisted what is begun; of others it changes too often to be persisted by itself.
            _drawingVersion += lease.IsIsolated && !lease.Drawing.SequenceEqual(renewal.Drawing) ? 1 : 0;
            (lease.Drawing, lease.LastRenewal) = (renewal.Drawing, renewal.Number);
            SetStage(lease, renewal);
        }

        return true;
    }

    /// <summary>Ends a lease with the faults that its holder reports. The ends of its tasks are recorded before.</summary>
    /// <returns>False if the lease is not active any more; its faults then count for nothing, since its work was leased again.</returns>
    public bool Report(LeaseReport report)
    {
        if (_leases.Find(report.Token) is not { } lease)
        {
            // A holder that stops late may have saved late.
            MustListCheckpoints = true;
            return false;
        }

        var freed = End(lease);
        foreach (var failures in report.Failures.Where(failure => freed.Remove(failure.Task)).GroupBy(failure => failure.Error, failure => failure.Task, StringComparer.Ordinal))
        {
            faults.RecordFailures(lease, [.. failures], failures.Key);
        }

        foreach (var crash in report.Crashes)
        {
            faults.RecordCrash(lease, [.. crash.Tasks.Where(freed.Remove)], crash.Error);
        }

        Return(lease, freed);
        return true;
    }

    /// <summary>Ends a lease without blame.</summary>
    public void Release(AttemptToken token)
    {
        if (_leases.Find(token) is { } lease)
        {
            Return(lease, EndUnreported(lease));
        }
    }

    /// <summary>Ends all leases without blame.</summary>
    public void ReleaseAll() => Array.ForEach([.. Leases.Select(lease => lease.Token)], Release);

    /// <summary>Ends the leases whose holders have been silent for too long, and at once those whose hedge fell silent too: two devices in a row are reason to suspect what they drew.</summary>
    /// <returns>How many.</returns>
    public int Expire()
    {
        var doubtful = SilentTwice();
        return Lose(lease => options.Clock.GetElapsedTime(lease.RenewedAt) > lease.Duration || doubtful.Contains(lease));
    }

    /// <summary>Ends the leases of devices that are known to be dead; the tasks that they drew are suspected.</summary>
    /// <returns>How many.</returns>
    public int Lose(Func<LiveLease, bool> isLost)
    {
        var lost = Leases.Where(isLost).OrderBy(lease => lease.GrantedAt).ToArray();
        foreach (var lease in lost)
        {
            var freed = EndUnreported(lease);
            // Of suspects it is known what was begun. Of others it may be unknown what was drawn when the device was lost.
            bool MayBeToBlame(int task) => lease.Drawing.Contains(task) || (lease.Drawing.Count == 0 && !lease.IsIsolated);
            // What others hold as well counts too, else no hedged task would ever be suspected; it is isolated once nobody holds it.
            faults.CountLoss(lease, [.. lease.Tasks.Where(task => !freed.Contains(task) && !progress.HasEnded(task) && MayBeToBlame(task))]);
            freed.ExceptWith(faults.RecordLoss(lease, [.. freed.Where(MayBeToBlame)]));
            Return(lease, freed);
        }

        return lost.Length;
    }

    /// <summary>Near the end leases shrink, so that all devices finish together: half of a fair share, in whole batches.</summary>
    private int FairShare(string device, int want, int batchSize)
    {
        var devices = _leases.DevicesWith(device);
        if (devices == 1)
        {
            return want;
        }

        var half = (_free.Count + (2 * devices) - 1) / (2 * devices);
        var batches = (half + batchSize - 1) / batchSize;
        return Math.Min(want, batches * batchSize);
    }

    private LiveLease Grant(
        string device, IReadOnlyList<int> tasks, int batchSize, TimeSpan expectedBatch, bool isIsolated = false, bool isSecondCopy = false, bool isTakenOver = false)
    {
        var batches = (tasks.Count + batchSize - 1) / batchSize;
        var duration = expectedBatch * options.BatchesPerLease;
        return _leases.Add(new()
        {
            Token = new(epoch, ++_lastNumber),
            Device = device,
            Tasks = tasks,
            IsIsolated = isIsolated,
            IsSecondCopy = isSecondCopy,
            IsTakenOver = isTakenOver,
            Duration = duration > options.Minimum ? duration : options.Minimum,
            ExpectedWork = expectedBatch * batches,
            StartedAt = options.Clock.GetUtcNow(),
            GrantedAt = Now,
            RenewedAt = Now,
        });
    }

    /// <inheritdoc cref="End"/>
    private HashSet<int> EndUnreported(LiveLease lease)
    {
        var freed = End(lease);
        MustListPictures |= freed.Count > 0;
        return freed;
    }

    /// <summary>Removes the lease.</summary>
    /// <returns>Its tasks that have not ended and that nobody else holds.</returns>
    private HashSet<int> End(LiveLease lease)
    {
        HashSet<int> freed = [.. _leases.Remove(lease).Where(task => !progress.HasEnded(task))];
        MustListCheckpoints |= freed.Count > 0;
        return freed;
    }

    /// <summary>Returns tasks without blame to where they came from: a suspect that was not drawn is still one.</summary>
    private void Return(LiveLease lease, HashSet<int> tasks)
    {
        if (lease.IsIsolated && tasks.Count > 0)
        {
            faults.Isolate([.. tasks.Order()]);
            return;
        }

        tasks.ExceptWith(faults.IsolateSuspects(tasks));
        foreach (var task in tasks)
        {
            _free.Add(task);
        }
    }
}
