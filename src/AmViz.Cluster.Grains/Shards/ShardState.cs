using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>One shard during one run of its sweep: what is done, who works on the rest, and the rows that say so.</summary>
internal sealed class ShardState
{
    private readonly ManifestParts _parts;
    private readonly ResultStore _results;
    private readonly CheckpointStore _checkpoints;
    private readonly ShardKeeper _keeper;
    private readonly LeaseOptions _options;
    private readonly ShardLedger _ledger;
    private readonly Action<TaskEnding> _onEnded;
    private readonly List<(HashSet<int> Tasks, Task Written)> _writes = [];
    private Task _looking = Task.CompletedTask;
    private long _lastSequence = -1;
    private long _lastNumber;

    private ShardState(
        ManifestParts parts, ResultStore results, CheckpointStore checkpoints, ShardKeeper keeper, LeaseOptions options, Shard shard, ShardAdmission admission, LeaseTable? last, Action<TaskEnding> onEnded)
    {
        _onEnded = onEnded;
        (_parts, _results, _checkpoints) = (parts, results, checkpoints);
        _keeper = keeper;
        _options = options;
        _ledger = new(shard);
        Memory = ShardMemory.Empty(shard.Count, admission);
        Shard = shard;
        Admission = admission;
        // Without a cache two lives of a shard may have the same epoch, if they begin in the same millisecond; their parts still have names of their own.
        Table = new(shard.Count, keeper.Leases.Epoch, options)
        {
            Troubles = last?.Troubles ?? keeper.Leases.Troubles,
            AdoptsUntil = last?.AdoptsUntil ?? AdoptsUntil(options, admission),
        };
    }

    /// <summary>The shard.</summary>
    public Shard Shard { get; }

    /// <summary>What the sweep says.</summary>
    public ShardAdmission Admission { get; set; }

    /// <summary>Claims and leases.</summary>
    public LeaseTable Table { get; }

    /// <summary>The last thing that went wrong.</summary>
    public string? LastError { get; set; }

    /// <summary>Rows written by this object.</summary>
    public int RowsWritten { get; private set; }

    /// <summary>What to keep of it for the next life of the shard. Only whole while <see cref="IsWriting"/> is false.</summary>
    public ShardMemory Memory { get; }

    /// <summary>Whether rows are on their way to the store that are not in <see cref="Memory"/> yet.</summary>
    public bool IsWriting => _writes.Exists(write => !write.Written.IsCompleted);

    /// <summary>Whether every task has ended.</summary>
    public bool IsFinished => Table.DoneCount == Shard.Count;

    /// <summary>What the sweep is told; each answer has a higher number.</summary>
    public ShardSummary Summarize() => new()
    {
        Shard = Shard.Id,
        Counts = _ledger.Counts,
        Available = Admission.State == SweepState.Running ? Table.Available : 0,
        Leases = Table.Leases.Count,
        RowsWritten = RowsWritten,
        Admission = Admission,
        LastError = LastError,
        Epoch = Table.Epoch,
        Number = ++_lastNumber,
    };

    /// <summary>Rebuilds the state from the store, and writes the rows that are missing there.</summary>
    /// <param name="parts">Rows.</param>
    /// <param name="results">Pictures.</param>
    /// <param name="checkpoints">Of unfinished pictures.</param>
    /// <param name="options">How leases run.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="admission">What the sweep says.</param>
    /// <param name="keeper">What its last life kept.</param>
    /// <param name="last">Leases and troubles of the same life and run, if it reads the store again.</param>
    /// <param name="silo">Who opens it.</param>
    /// <param name="onEnded">Told of every task that ends.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ShardState> OpenAsync(
        ManifestParts parts, ResultStore results, CheckpointStore checkpoints, LeaseOptions options, Shard shard, ShardAdmission admission,
        ShardKeeper keeper, LeaseTable? last, string silo, Action<TaskEnding> onEnded, CancellationToken cancellationToken)
    {
        var state = new ShardState(parts, results, checkpoints, keeper, options, shard, admission, last, onEnded);
        var history = await ShardHistory.ReadAsync(parts, results, shard, keeper.Memory, cancellationToken);
        state.Memory.Parts = keeper.Memory.Parts;
        foreach (var (task, ending) in history.Endings)
        {
            state.Enter(task, ending);
        }

        await state.WriteFoundAsync(history.Found, silo);
        state.Table.Restore(last?.KeptLeases ?? keeper.Leases.Leases);
        return state;
    }

    /// <summary>Keeps for the next life of the shard which leases are out and who is suspected, if that has changed.</summary>
    public Task KeepLeasesAsync() => _keeper.KeepLeases(Table);

    /// <summary>The same, but no more often than the shard ticks.</summary>
    public void KeepLeasesSoon() => _keeper.KeepLeasesSoon(Table);

    /// <summary>Keeps for the next life of the shard what is done, now and then.</summary>
    public Task KeepMemoryAsync() => _keeper.KeepMemory(this);

    /// <summary>Finds out what is in the store of work that was left: pictures that nobody reported, which are done by that, and checkpoints. A listing of each, however many tasks there are.</summary>
    /// <remarks>Checkpoints of tasks that are done are nobody's any more, and are removed.</remarks>
    /// <param name="silo">Who looks.</param>
    /// <exception cref="StorageException">The store cannot be used. The next call looks again.</exception>
    public Task LookForLeftoversAsync(string silo)
    {
        if (Table.MustLookForCheckpoints || Table.MustLookForPictures)
        {
            _looking = LookAsync(silo, Table.MustLookForPictures);
        }

        return _looking;
    }

    /// <summary>Ends when nothing is on its way to the store any more, whatever became of it.</summary>
    public Task SettledAsync() => EndedAsync([_looking, .. _writes.Select(write => write.Written)]);

    /// <summary>Writes rows of tasks that are not done yet; only then they count.</summary>
    /// <returns>How many tasks are done by that.</returns>
    public Task<int> WriteAsync(IReadOnlyList<(int Task, PartRow Row)> rows)
    {
        _writes.RemoveAll(write => write.Written.IsCompleted);
        var tasks = rows.Select(row => row.Task).ToHashSet();
        // A row that comes twice at the same time is written once; only if that fails, the second one is needed.
        var twins = EndedAsync(_writes.Where(write => write.Tasks.Overlaps(tasks)).Select(write => write.Written));
        var written = WriteAfterAsync(twins, rows);
        _writes.Add((tasks, written));
        return written;
    }

    /// <summary>Writes the rows of tasks that are given up.</summary>
    /// <returns>How many were.</returns>
    public async Task<int> WriteCondemnedAsync(string silo)
    {
        var condemned = Table.Condemned.ToArray();
        LastError = condemned.Length > 0 ? $"{Shard.TaskAt(condemned[^1].Key)}: {condemned[^1].Value}" : LastError;
        return await WriteAsync([.. condemned.Select(pair => (pair.Key, new PartRow(
            ManifestRows.Failed(Shard.TaskAt(pair.Key), Shard.Recipe, pair.Value),
            Log(pair.Key, ChannelOutcome.Failed, silo, "given up"))))]);
    }

    private async Task<int> WriteAfterAsync(Task twins, IReadOnlyList<(int Task, PartRow Row)> rows)
    {
        await twins;
        var open = rows.Where(row => !Table.IsDone(row.Task)).DistinctBy(row => row.Task).ToArray();
        if (open.Length == 0)
        {
            return 0;
        }

        var sequence = ++_lastSequence;
        await _parts.AppendAsync(Shard.Id, Table.Epoch, sequence, [.. open.Select(row => row.Row)], CancellationToken.None);
        Memory.Add(Table.Epoch, sequence);
        foreach (var (task, row) in open)
        {
            var ending = TaskEnding.Of(row, Memory.RunStartedAt);
            Enter(task, ending);
            _onEnded(ending);
        }

        RowsWritten += open.Length;
        return open.Length;
    }

    private static async Task EndedAsync(IEnumerable<Task> tasks)
        => await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private async Task LookAsync(string silo, bool forPictures)
    {
        (Table.MustLookForCheckpoints, Table.MustLookForPictures) = (false, false);
        try
        {
            if (forPictures)
            {
                var known = Memory.Endings().Where(ending => ending.Value.Outcome == ChannelOutcome.Rendered).ToDictionary(ending => ending.Key, ending => (long)ending.Value.Bytes);
                var pictures = await _results.FindAsync(Shard, known, CancellationToken.None);
                await WriteFoundAsync(pictures.Where(channel => channel.Entry is not null), silo);
            }

            var found = await _checkpoints.ListAsync(Shard, CancellationToken.None);
            Table.HaveCheckpoints(found.Where(task => !Table.IsDone(task)));
            foreach (var task in found.Where(Table.IsDone))
            {
                await _checkpoints.RemoveAsync(Shard.TaskAt(task), Shard.Recipe.Hash, CancellationToken.None);
            }
        }
        catch (StorageException)
        {
            Table.MustLookForCheckpoints = true;
            Table.MustLookForPictures |= forPictures;
            throw;
        }
    }

    private Task<int> WriteFoundAsync(IEnumerable<FoundChannel> found, string silo) => WriteAsync([.. found.Select(channel => (channel.Index, new PartRow(
        channel.Entry!, Log(channel.Index, ChannelOutcome.Rendered, silo, "found") with { Skipped = true })))]);

    private RunLogEntry Log(int task, ChannelOutcome outcome, string device, string lease) => new()
    {
        Task = Shard.TaskAt(task),
        Outcome = outcome,
        Attempt = Table.AttemptOf(task),
        Device = device,
        CommittedAt = _options.Clock.GetUtcNow(),
        Lease = lease,
    };

    private void Enter(int task, TaskEnding ending)
    {
        if (Table.Finish(task))
        {
            _ledger.Enter(task, ending);
            Memory.Add(task, ending);
        }
    }

    /// <summary>What was kept may be out of date: leases given since are known to their holders only.</summary>
    private static long AdoptsUntil(LeaseOptions options, ShardAdmission admission)
        => options.Clock.GetUtcNow() - admission.RunStartedAt > options.AdoptionTime
            ? options.Clock.GetTimestamp() + (long)(options.AdoptionTime.TotalSeconds * options.Clock.TimestampFrequency)
            : 0;
}
