using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>One shard during one run of its sweep: what is done, who works on the rest, and the rows that say so.</summary>
internal sealed class ShardState
{
    private readonly ManifestParts _parts;
    private readonly LeaseOptions _options;
    private readonly ShardLedger _ledger;
    private long _lastSequence = -1;
    private long _lastNumber;

    private ShardState(ManifestParts parts, LeaseOptions options, Shard shard, ShardAdmission admission)
    {
        _parts = parts;
        _options = options;
        _ledger = new(shard, admission.RunStartedAt);
        Shard = shard;
        Admission = admission;
        // No two lives of a shard begin in the same millisecond on purpose; if they do, their parts still have names of their own.
        Table = new(shard.Count, options.Clock.GetUtcNow().ToUnixTimeMilliseconds(), options);
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
    public static async Task<ShardState> OpenAsync(
        ManifestParts parts, ResultStore results, LeaseOptions options, Shard shard, ShardAdmission admission, string silo, CancellationToken cancellationToken)
    {
        var state = new ShardState(parts, options, shard, admission);
        var history = await ShardHistory.ReadAsync(parts, results, shard, admission.RunStartedAt, cancellationToken);
        foreach (var (task, row) in history.Rows)
        {
            state.Enter(task, row);
        }

        await state.WriteAsync([.. history.Found.Select(channel => (channel.Index, new PartRow(
            channel.Entry, state.Log(channel.Index, ChannelOutcome.Rendered, silo, "found") with { Skipped = true })))]);
        return state;
    }

    /// <summary>Writes rows of tasks that are not done yet; only then they count.</summary>
    public async Task WriteAsync(IReadOnlyList<(int Task, PartRow Row)> rows)
    {
        var open = rows.Where(row => !Table.IsDone(row.Task)).DistinctBy(row => row.Task).ToArray();
        if (open.Length == 0)
        {
            return;
        }

        await _parts.AppendAsync(Shard.Id, Table.Epoch, ++_lastSequence, [.. open.Select(row => row.Row)], CancellationToken.None);
        RowsWritten += open.Length;
        foreach (var (task, row) in open)
        {
            Enter(task, row);
        }
    }

    /// <summary>Writes the rows of tasks that are given up.</summary>
    /// <returns>How many.</returns>
    public async Task<int> WriteCondemnedAsync(string silo)
    {
        var condemned = Table.Condemned.ToArray();
        await WriteAsync([.. condemned.Select(pair => (pair.Key, new PartRow(
            ManifestRows.Failed(Shard.TaskAt(pair.Key), Shard.Recipe, pair.Value),
            Log(pair.Key, ChannelOutcome.Failed, silo, "given up"))))]);
        LastError = condemned.Length > 0 ? $"{Shard.TaskAt(condemned[^1].Key)}: {condemned[^1].Value}" : LastError;
        return condemned.Length;
    }

    private RunLogEntry Log(int task, ChannelOutcome outcome, string device, string lease) => new()
    {
        Task = Shard.TaskAt(task),
        Outcome = outcome,
        Attempt = Table.AttemptOf(task),
        Device = device,
        CommittedAt = _options.Clock.GetUtcNow(),
        Lease = lease,
    };

    private void Enter(int task, PartRow row)
    {
        if (Table.Finish(task))
        {
            _ledger.Enter(task, row);
        }
    }
}
