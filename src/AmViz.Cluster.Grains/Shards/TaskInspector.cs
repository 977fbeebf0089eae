namespace AmViz.Cluster.Grains;

/// <summary>Answers what is known of tasks of a shard: from its progress and leases, and from the rows and the journal of attempts in the store.</summary>
/// <param name="state">The shard.</param>
/// <param name="stores">Where its rows and attempts are.</param>
internal sealed class TaskInspector(ShardState state, ShardStores stores)
{
    /// <summary>Inspects one.</summary>
    /// <param name="task">Number of the task.</param>
    /// <param name="live">What its device says; null: no device holds it, or the device did not answer.</param>
    /// <param name="history">See <see cref="TaskQuery.History"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TaskInspection> InspectAsync(int task, ChannelTaskStatus? live, bool history, CancellationToken cancellationToken)
    {
        var channel = state.Shard.TaskAt(task);
        var outcome = state.Progress.OutcomeOf(task);
        var (rows, attempts) = history || outcome is not null || state.Faults.Quarantined.ContainsKey(task) ? await HistoryAsync(task, channel, cancellationToken) : ([], []);
        var result = rows.FindLast(row => row.Entry.Outcome == outcome);
        var lease = outcome is null ? state.Table.Leases.OrderBy(lease => lease.IsSecondCopy).FirstOrDefault(lease => lease.Tasks.Contains(task)) : null;
        return new()
        {
            Task = channel,
            State = StateOf(task, outcome, lease, live),
            Device = lease?.Device ?? result?.Run.Device,
            Lease = lease?.Token.ToString() ?? result?.Run.Lease,
            Attempts = attempts,
            Error = result is not null ? result.Entry.Error : state.Faults.Quarantined.GetValueOrDefault(task) ?? attempts.LastOrDefault()?.Error,
            Picture = result?.Entry.Picture,
            Live = live,
        };
    }

    /// <summary>Reads the rows and the attempts of the shard, and picks those of the task.</summary>
    private async Task<(List<PartRow> Rows, TaskAttempt[] Attempts)> HistoryAsync(int task, ChannelTask channel, CancellationToken cancellationToken)
    {
        var rows = await stores.Parts.ReadAsync(state.Shard.Id, cancellationToken).Where(row => row.Run.Task == channel).ToListAsync(cancellationToken);
        var failed = await stores.Attempts.ReadAsync(state.Shard.Id, cancellationToken).Where(attempt => TaskRuns.Tasks(attempt.Tasks).Contains(task)).ToListAsync(cancellationToken);
        // Of attempts that ended in one tick, the one with a result was the last.
        var attempts = failed.Select(OfFailure).Concat(rows.Select(OfRow).OfType<TaskAttempt>()).OrderBy(attempt => attempt.EndedAt).Index()
            .Select(item => item.Item with { Number = item.Index + 1 });
        return (rows, [.. attempts]);
    }

    /// <summary>Counts the tasks that ended as the filter says. Errors are read from the rows, and only if there is such a task.</summary>
    public async Task<EndedTasks> CountAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        var ended = Enumerable.Range(0, state.Shard.Count).Where(task => state.Progress.OutcomeOf(task) == filter.Outcome).ToHashSet();
        if (ended.Count == 0 || !filter.Covers(state.Shard.Id.Model, state.Shard.Id.Layer))
        {
            return new(ended.Count, 0);
        }

        var rows = new Dictionary<int, PartRow>();
        await foreach (var row in stores.Parts.ReadAsync(state.Shard.Id, cancellationToken))
        {
            if (state.Shard.IndexOf(row.Run.Task) is { } task && ended.Contains(task) && row.Entry.Outcome == filter.Outcome)
            {
                rows[task] = row;
            }
        }

        var matching = rows.Values.Where(row => filter.Matches(row.Entry.Outcome, row.Entry.Error)).ToArray();
        return new(ended.Count, matching.Length, matching.Select(row => row.Run.CommittedAt).DefaultIfEmpty().Max());
    }

    private TaskState StateOf(int task, ChannelOutcome? outcome, LiveLease? lease, ChannelTaskStatus? live) => outcome switch
    {
        ChannelOutcome.Rendered => TaskState.Done,
        ChannelOutcome.Dead => TaskState.Dead,
        ChannelOutcome.NotFinite => TaskState.NotFinite,
        ChannelOutcome.Failed => TaskState.Quarantined,
        _ when state.Faults.Quarantined.ContainsKey(task) => TaskState.Quarantined,
        _ when lease is null => TaskState.Waiting,
        _ => live?.State switch
        {
            ChannelTaskState.Queued => TaskState.Queued,
            ChannelTaskState.Running => TaskState.Drawing,
            ChannelTaskState.Uploading or ChannelTaskState.Committed => TaskState.Storing,
            _ => TaskState.Leased,
        },
    };

    /// <summary>The attempt that brought a row; null: none did, such as a picture that was found, or the decision to quarantine.</summary>
    private static TaskAttempt? OfRow(PartRow row) => row.Run.Outcome == ChannelOutcome.Failed || !AttemptToken.TryParse(row.Run.Lease, out _) ? null : new()
    {
        Number = 0,
        Device = row.Run.Device,
        Lease = row.Run.Lease,
        EndedAt = row.Run.CommittedAt,
        End = row.Run.Outcome switch
        {
            ChannelOutcome.Dead => AttemptEnd.Dead,
            ChannelOutcome.NotFinite => AttemptEnd.NotFinite,
            _ => AttemptEnd.Rendered,
        },
        Error = row.Entry.Error,
    };

    private static TaskAttempt OfFailure(FailedAttempt attempt) => new()
    {
        Number = 0,
        Device = attempt.Device,
        Lease = attempt.Lease,
        StartedAt = attempt.StartedAt,
        EndedAt = attempt.EndedAt,
        End = attempt.End,
        Error = attempt.Error,
    };
}
