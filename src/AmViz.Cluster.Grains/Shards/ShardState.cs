using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>One shard during one generation of its sweep: what has ended, who works on the rest, and the rows that say so.</summary>
internal sealed class ShardState
{
    // A store that is out of reach for long must not fill the memory; a shard has seldom more than some.
    private const int MaxWaitingAttempts = 10_000;

    private readonly ShardStores _stores;
    private readonly ShardSnapshots _snapshots;
    private readonly LeaseOptions _options;
    private readonly string _silo;
    private readonly Action<ChannelOutcome, bool> _onEnded;
    private readonly List<(HashSet<int> Tasks, Task Written)> _writes = [];
    private readonly List<FailedAttempt> _attempts = [];
    private Task _reconciling = Task.CompletedTask;
    private Task _journaling = Task.CompletedTask;
    private long _lastSequence = -1;
    private long _lastAttempts = -1;
    private long _lastNumber;

    private ShardState(
        ShardStores stores, ShardSnapshots snapshots, LeaseOptions options, Shard shard, ShardAdmission admission, ShardState? last, string silo, Action<ChannelOutcome, bool> onEnded)
    {
        (_stores, _snapshots, _options, _silo, _onEnded) = (stores, snapshots, options, silo, onEnded);
        Shard = shard;
        Admission = admission;
        Faults = new(Progress, options, last?.Faults.Faults ?? snapshots.Leases.Faults);
        // Without a cache two activations of a shard may have the same epoch, if they begin in the same millisecond; their parts still have names of their own.
        Table = new(Progress, Faults, snapshots.Leases.Epoch, options) { AdoptsUntil = last?.Table.AdoptsUntil ?? AdoptsUntil(options, admission) };
    }

    /// <summary>The shard.</summary>
    public Shard Shard { get; }

    /// <summary>What the sweep says.</summary>
    public ShardAdmission Admission { get; set; }

    /// <summary>What has ended.</summary>
    public ShardProgress Progress => _snapshots.Progress;

    /// <summary>Which tasks are suspected.</summary>
    public FaultIsolation Faults { get; }

    /// <summary>Who holds which tasks.</summary>
    public LeaseTable Table { get; }

    /// <summary>The last thing that went wrong.</summary>
    public string? LastError { get; set; }

    /// <summary>Rows written by this object.</summary>
    public int RowsWritten { get; private set; }

    /// <summary>Whether every task has ended.</summary>
    public bool IsFinished => Progress.EndedCount == Shard.Count;

    /// <summary>What is reported to the sweep; each report has a higher number.</summary>
    public ShardSummary Summarize() => new()
    {
        Shard = Shard.Id,
        Counts = Progress.Counts,
        Available = Admission.State == SweepState.Running ? Table.Available : 0,
        Hedges = Admission.State == SweepState.Running ? Table.Hedges : 0,
        Leases = Table.Leases.Count,
        RowsWritten = RowsWritten,
        Admission = Admission,
        LastError = LastError,
        Epoch = Table.Epoch,
        Number = ++_lastNumber,
    };

    /// <summary>Rebuilds the state from the store, and writes the rows that are missing there.</summary>
    /// <param name="stores">Where the shard reads and writes.</param>
    /// <param name="snapshots">What its last activation persisted.</param>
    /// <param name="options">How leases run.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="admission">What the sweep says.</param>
    /// <param name="last">The state of the same activation and run, if it reads the store again: its leases and faults continue.</param>
    /// <param name="silo">Who opens it.</param>
    /// <param name="onEnded">Called for every task that ends, with its outcome and whether that is of this run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ShardState> OpenAsync(
        ShardStores stores, ShardSnapshots snapshots, LeaseOptions options, Shard shard, ShardAdmission admission, ShardState? last, string silo,
        Action<ChannelOutcome, bool> onEnded, CancellationToken cancellationToken)
    {
        var withoutRow = await new ShardRecovery(stores.Parts, stores.Results).UpdateAsync(snapshots.Progress, shard, admission, cancellationToken);
        var state = new ShardState(stores, snapshots, options, shard, admission, last, silo, onEnded);
        await state.WriteFoundAsync(withoutRow);
        state.Table.Restore(last?.Table.Snapshot.Leases ?? snapshots.Leases.Leases);
        return state;
    }

    /// <summary>Persists for the next activation which leases are active and who is suspected, if that has changed.</summary>
    public Task SaveLeasesAsync() => _snapshots.SaveLeases(Table);

    /// <summary>The same, but no more often than the shard ticks.</summary>
    public void SaveLeasesSoon() => _snapshots.SaveLeasesSoon(Table);

    /// <summary>Persists for the next activation what has ended, now and then, unless rows are being written whose part is not in it yet.</summary>
    public Task SaveProgressAsync() => _writes.Exists(write => !write.Written.IsCompleted) ? Task.CompletedTask : _snapshots.SaveProgress();

    /// <summary>Finds what the store holds of work that was left unfinished: pictures that nobody reported, whose tasks have ended by that, and checkpoints. A listing of each, however many tasks there are.</summary>
    /// <remarks>Checkpoints of tasks that have ended are of no use any more, and are removed.</remarks>
    /// <exception cref="StorageException">The store cannot be used. The next call tries again.</exception>
    public Task ReconcileWithStoreAsync()
    {
        if (Table.MustListCheckpoints || Table.MustListPictures)
        {
            _reconciling = ReconcileAsync(Table.MustListPictures);
        }

        return _reconciling;
    }

    /// <summary>Ends when nothing is being read or written any more, however that ended.</summary>
    public Task SettledAsync() => EndedAsync([_reconciling, .. _writes.Select(write => write.Written)]);

    /// <summary>Writes rows of tasks that have not ended yet; only then they count.</summary>
    /// <returns>How many tasks have ended by that.</returns>
    public Task<int> WriteAsync(IReadOnlyList<PartRow> rows)
    {
        _writes.RemoveAll(write => write.Written.IsCompleted);
        var tasks = rows.Select(TaskOf).ToHashSet();
        // A row that comes twice at the same time is written once; only if that fails, the second one is needed.
        var twins = EndedAsync(_writes.Where(write => write.Tasks.Overlaps(tasks)).Select(write => write.Written));
        var written = WriteAfterAsync(twins, rows);
        _writes.Add((tasks, written));
        return written;
    }

    /// <summary>Writes the rows of tasks that are quarantined.</summary>
    /// <returns>How many were.</returns>
    public async Task<int> WriteQuarantinedAsync()
    {
        var quarantined = Faults.Quarantined.ToArray();
        LastError = quarantined.Length > 0 ? $"{Shard.TaskAt(quarantined[^1].Key)}: {quarantined[^1].Value}" : LastError;
        return await WriteAsync([.. quarantined.Select(pair => new PartRow(
            ManifestRows.Failed(Shard.TaskAt(pair.Key), Shard.Recipe, pair.Value),
            Log(pair.Key, ChannelOutcome.Failed, "given up")))]);
    }

    /// <summary>Journals the attempts that have ended without a result. What cannot be written waits for the next call, at most <see cref="MaxWaitingAttempts"/>.</summary>
    public Task WriteAttemptsAsync()
    {
        _attempts.AddRange(Faults.DrainFailedAttempts());
        _attempts.RemoveRange(0, Math.Max(_attempts.Count - MaxWaitingAttempts, 0));
        return _attempts.Count > 0 ? _journaling = WriteAttemptsAfter(_journaling) : _journaling;
    }

    /// <summary>Number of the task that a row is about.</summary>
    /// <exception cref="ArgumentException">It is of another shard.</exception>
    public int TaskOf(PartRow row) => Shard.IndexOf(row.Run.Task)
        ?? throw new ArgumentException($"A row of '{row.Run.Task}' was reported to shard '{Shard.Id}', which does not have that task. Expected rows of its own tasks.", nameof(row));

    private async Task WriteAttemptsAfter(Task before)
    {
        await EndedAsync([before]);
        FailedAttempt[] some = [.. _attempts];
        if (some.Length > 0)
        {
            await _stores.Attempts.AppendAsync(Shard.Id, Table.Epoch, ++_lastAttempts, some, CancellationToken.None);
            _attempts.RemoveAll(some.ToHashSet<FailedAttempt>(ReferenceEqualityComparer.Instance).Contains);
        }
    }

    private async Task<int> WriteAfterAsync(Task twins, IReadOnlyList<PartRow> rows)
    {
        await twins;
        var open = rows.Where(row => !Progress.HasEnded(TaskOf(row))).DistinctBy(TaskOf).ToArray();
        if (open.Length == 0)
        {
            return 0;
        }

        var sequence = ++_lastSequence;
        await _stores.Parts.AppendAsync(Shard.Id, Table.Epoch, sequence, open, CancellationToken.None);
        Progress.AddPart(Table.Epoch, sequence);
        foreach (var row in open)
        {
            var task = TaskOf(row);
            Progress.Record(task, row);
            Table.RecordEnd(task);
            _onEnded(row.Entry.Outcome, Progress.IsOfThisRun(task));
        }

        RowsWritten += open.Length;
        return open.Length;
    }

    private static async Task EndedAsync(IEnumerable<Task> tasks)
        => await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private async Task ReconcileAsync(bool forPictures)
    {
        (Table.MustListCheckpoints, Table.MustListPictures) = (false, false);
        try
        {
            if (forPictures)
            {
                await WriteFoundAsync((await _stores.Results.FindAsync(Shard, Progress.PictureLengths, CancellationToken.None)).WithoutRow);
            }

            var checkpointed = await _stores.Checkpoints.ListAsync(Shard, CancellationToken.None);
            Table.SetCheckpointed(checkpointed.Where(task => !Progress.HasEnded(task)));
            foreach (var task in checkpointed.Where(Progress.HasEnded))
            {
                await _stores.Checkpoints.RemoveAsync(Shard.TaskAt(task), Shard.Recipe.Hash, CancellationToken.None);
            }
        }
        catch (StorageException)
        {
            Table.MustListCheckpoints = true;
            Table.MustListPictures |= forPictures;
            throw;
        }
    }

    private Task<int> WriteFoundAsync(IReadOnlyDictionary<int, ManifestEntry> found)
        => WriteAsync([.. found.Select(picture => new PartRow(picture.Value, Log(picture.Key, ChannelOutcome.Rendered, "found") with { Skipped = true }))]);

    private RunLogEntry Log(int task, ChannelOutcome outcome, string lease) => new()
    {
        Task = Shard.TaskAt(task),
        Outcome = outcome,
        Attempt = Faults.AttemptOf(task),
        Device = _silo,
        CommittedAt = _options.Clock.GetUtcNow(),
        Lease = lease,
    };

    /// <summary>The snapshot may be out of date: leases granted since are known to their holders only.</summary>
    private static long AdoptsUntil(LeaseOptions options, ShardAdmission admission)
        => options.Clock.GetUtcNow() - admission.RunStartedAt > options.AdoptionTime
            ? options.Clock.GetTimestamp() + (long)(options.AdoptionTime.TotalSeconds * options.Clock.TimestampFrequency)
            : 0;
}
