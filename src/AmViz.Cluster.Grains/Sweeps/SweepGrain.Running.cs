using AmViz.Storage;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>What a sweep does by itself: open its shards, stay in the index, fold the manifest, end.</summary>
internal sealed partial class SweepGrain
{
    private Task _changing = Task.CompletedTask;
    private Task _retiring = Task.CompletedTask;
    private Task _entering = Task.CompletedTask;
    private IGrainTimer? _timer;
    private long _remindedAt;
    private bool _opening;
    private bool _folding;

    /// <summary>Whether a change is being written down: the consequences of reports must wait, since a user may just be stopping the sweep.</summary>
    private bool IsChanging => !_changing.IsCompleted;

    /// <summary>Makes a change of state when its turn comes, if it is still due then: commands, the last report and the end of a fold may come at the same time.</summary>
    /// <returns>Whether it was due.</returns>
    private async Task<bool> Change(Func<bool> isDue, Func<Task> change)
    {
        var (before, turn) = (_changing, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _changing = turn.Task;
        await before;
        try
        {
            var due = isDue();
            await (due ? change() : Task.CompletedTask);
            return due;
        }
        finally
        {
            turn.SetResult();
        }
    }

    /// <summary>Writes a change to the journal before it holds: the next activation continues from there. Only inside <see cref="Change"/>.</summary>
    private async Task Commit(JournalEntry entry)
    {
        if (entry.State == SweepState.Running)
        {
            // A sweep may be submitted again while its last end still removes marker and reminder: the new ones must come after that.
            await _retiring;
            await markers.MarkAsync(Id, CancellationToken.None);
        }

        await journal.AppendAsync(Id, entry = entry with { At = Now }, CancellationToken.None);
        // Reports of an earlier generation may no longer hold.
        _board = entry.Generation == _entry.Generation ? _board : new(_plan!, options.Value.Clock);
        _entry = entry;
        await (entry.State == SweepState.Running ? StartWork() : _retiring = Retire());
    }

    private async Task StartWork()
    {
        // First of all, so that calls that arrive meanwhile do not start it again.
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true, KeepAlive = true });
        await SetReminder();
        await EnterIndex();
        _ = OpenShards();
    }

    /// <summary>Leaves the index, removes marker and reminder; a paused sweep keeps its place and marker, since it is live. What fails is no failure of the sweep: it is tried again at the next reminder.</summary>
    private async Task Retire()
    {
        _timer?.Dispose();
        _timer = null;
        try
        {
            // Leaving comes after an entry that is under way.
            await _entering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (State == SweepState.Paused)
            {
                await Index.Enter(Live);
            }
            else
            {
                await Index.Remove(Id);
                await markers.UnmarkAsync(Id, CancellationToken.None);
            }

            if (await this.GetReminder(ReviveReminder) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        }
        catch (Exception e)
        {
            LogNotRetired(Id, e);
        }
    }

    private ISweepIndexGrain Index => GrainFactory.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key);

    private LiveSweep Live => new(Id, Rank)
    {
        Pool = Pool,
        Open = State == SweepState.Running ? _board!.Backlog : 0,
        State = State == SweepState.Paused ? SweepState.Paused : SweepState.Running,
        Owner = _entry.Owner,
        Left = _board!.Counts.Open,
    };

    /// <summary>Enters the index, unless the sweep has been stopped meanwhile.</summary>
    private Task EnterIndex() => State is SweepState.Running or SweepState.Folding ? _entering = Index.Enter(Live) : Task.CompletedTask;

    /// <summary>An index that does not answer learns of the sweep when it is resumed.</summary>
    private async Task TryEnterIndex()
    {
        try
        {
            await Index.Enter(Live);
        }
        catch (Exception e)
        {
            LogNotRetired(Id, e);
        }
    }

    private async Task Tick()
    {
        if (State == SweepState.Running)
        {
            await EnterIndex();
            _ = OpenShards();
            CheckEnd();
            await KeepReminder();
        }
        else if (State == SweepState.Folding)
        {
            // Sent first, so that it comes before the removal that may follow.
            var entered = EnterIndex();
            _ = Fold();
            await entered;
        }
    }

    private async Task SetReminder()
    {
        await this.RegisterOrUpdateReminder(ReviveReminder, options.Value.ReviveInterval, options.Value.ReviveInterval);
        _remindedAt = options.Value.Clock.GetTimestamp();
    }

    /// <summary>Sets the reminder again now and then: the reminder table may have lost it, and it is never due while the sweep is active.</summary>
    private async Task KeepReminder()
    {
        if (State == SweepState.Running && options.Value.Clock.GetElapsedTime(_remindedAt) > options.Value.ReviveInterval / 2)
        {
            try
            {
                await SetReminder();
            }
            catch (Exception e)
            {
                LogNoReminder(Id, e);
            }
        }
    }

    /// <summary>Asks all shards for their counts, some at a time. Runs beside the grain's calls; what fails is tried again at the next tick.</summary>
    private async Task OpenShards()
    {
        if (_opening)
        {
            return;
        }

        _opening = true;
        try
        {
            long? generation = null;
            while (State == SweepState.Running && generation != _entry.Generation)
            {
                generation = _entry.Generation;
                foreach (var some in _board!.Silent(options.Value.Silence).Chunk(options.Value.ShardsOpenedAtOnce))
                {
                    await Task.WhenAll(some.Select(Open));
                }
            }
        }
        finally
        {
            _opening = false;
        }
    }

    private async Task Open(ShardId shard)
    {
        try
        {
            var (summary, admission) = await Notify(shard);
            if (summary.Broken is null)
            {
                Record(summary);
            }
            else if (State == SweepState.Running)
            {
                LogShardBroken(shard, summary.Broken);
                await TryEnd(SweepState.Failed, admission.Generation, summary.Broken);
            }
        }
        catch (Exception e)
        {
            _lastError = e.Message;
            LogShardNotOpened(shard, e);
        }
    }

    /// <summary>Notifies a shard of the admission, and again if that has changed before it answered: it may not have been among those notified of the change.</summary>
    private async Task<(ShardSummary Summary, ShardAdmission Admission)> Notify(ShardId shard)
    {
        while (true)
        {
            var admission = Admission;
            var summary = await GrainFactory.GetGrain<ILayerShardGrain>(shard.ToString()).Open(admission);
            if (admission == Admission)
            {
                return (summary, admission);
            }
        }
    }

    private void Record(ShardSummary summary)
    {
        if (State == SweepState.Running && summary.Admission == Admission)
        {
            _board!.Update(summary);
            _lastError = summary.LastError ?? _lastError;
            CheckEnd();
        }
    }

    private void CheckEnd()
    {
        if (State != SweepState.Running || IsChanging)
        {
            // The next report or the next tick leads here again.
            return;
        }

        var counts = _board!.Counts;
        if (_entry.Budget is { Channels: { } budget } && counts.Failed - counts.Dead > budget)
        {
            _ = TryEnd(SweepState.Failed, _entry.Generation, $"{counts.Failed - counts.Dead} channels failed; the budget of this sweep is {budget}. The last error: {_lastError}");
        }
        else if (_board.AllFinished)
        {
            _endedGeneration = _entry.Generation;
            _ = Fold();
        }
    }

    /// <summary>Writes the manifest. Not inside a call: a sweep of a million rows takes longer than a call may.</summary>
    private async Task Fold()
    {
        if (_folding)
        {
            return;
        }

        _folding = true;
        var (plan, generation) = (_plan!, _entry.Generation);
        try
        {
            await Task.Run(() => manifests.FoldAsync(plan, CancellationToken.None));
            await Change(() => State == SweepState.Folding && _entry.Generation == generation, () => End(SweepState.Finished, _lastError));
        }
        catch (Exception e) when (e is StoreUnreachableException or StorageException { CanRetry: true })
        {
            // The timer tries again.
            _lastError = e.Message;
            LogFoldDelayed(Id, e);
        }
        catch (Exception e)
        {
            LogFoldFailed(Id, e);
            await TryEnd(SweepState.Failed, generation, e.Message);
        }
        finally
        {
            _folding = false;
        }
    }

    /// <summary>Ends the sweep. Only inside <see cref="Change"/>.</summary>
    private async Task End(SweepState state, string? error)
    {
        var final = Describe() with { State = state, LastError = error };
        await Commit(_entry with { State = state, Final = final });
        LogEnded(Id, state, final.Counts.Rendered, final.Counts.Skipped, final.Counts.Failed);
    }

    private async Task TryEnd(SweepState state, long generation, string error)
    {
        try
        {
            if (await Change(() => State is SweepState.Running or SweepState.Folding && _entry.Generation == generation, () => End(state, error)))
            {
                await NotifyShards();
            }
        }
        catch (Exception e)
        {
            // The next report of a shard or the next tick leads here again.
            LogEndNotWritten(Id, state, e);
        }
    }

    /// <summary>Notifies the active shards that the state has changed. One that cannot be reached learns it with its next report, or when it is activated.</summary>
    private async Task NotifyShards()
    {
        foreach (var some in _board!.Active.Chunk(options.Value.ShardsOpenedAtOnce))
        {
            await Task.WhenAll(some.Select(async shard =>
            {
                try
                {
                    var (summary, _) = await Notify(shard);
                    if (summary.Broken is null)
                    {
                        _board.Update(summary);
                    }
                }
                catch (Exception e)
                {
                    LogShardNotOpened(shard, e);
                }
            }));
        }
    }
}
