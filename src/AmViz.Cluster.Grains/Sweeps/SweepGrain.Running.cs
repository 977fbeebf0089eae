using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>What a sweep does by itself: open its shards, stay in the index, fold the manifest, end.</summary>
internal sealed partial class SweepGrain
{
    private Task _changing = Task.CompletedTask;
    private Task _resting = Task.CompletedTask;
    private Task _told = Task.CompletedTask;
    private IGrainTimer? _timer;
    private long _remindedAt;
    private bool _opening;
    private bool _folding;

    /// <summary>Whether a change is being written down: what reports lead to must wait, since a person may just be stopping the sweep.</summary>
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

    /// <summary>Writes the change down first: after a death the sweep goes on from what is written. Only inside <see cref="Change"/>.</summary>
    private async Task Enter(JournalEntry entry)
    {
        if (entry.State == SweepState.Running)
        {
            // A sweep may be submitted again while its last end still takes marker and reminder away: the new ones must come after that.
            await _resting;
            await markers.MarkAsync(Id, CancellationToken.None);
        }

        await journal.AppendAsync(Id, entry = entry with { At = Now }, CancellationToken.None);
        // What shards told of an earlier generation may no longer be so.
        _board = entry.Generation == _entry.Generation ? _board : new(_plan!, options.Value.Clock);
        _entry = entry;
        await (entry.State == SweepState.Running ? Work() : _resting = Rest());
    }

    private async Task Work()
    {
        // First of all, so that questions that come in meanwhile do not start it again.
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true, KeepAlive = true });
        await SetReminder();
        await TellLive();
        _ = OpenShards();
    }

    /// <summary>Leaves the index, takes marker and reminder away; a paused sweep keeps place and marker, since it is live. What fails is no failure of the sweep: it is looked at again when the reminder rings.</summary>
    private async Task Rest()
    {
        _timer?.Dispose();
        _timer = null;
        try
        {
            // The good-bye comes after whatever was said before.
            await _told.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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
            LogNotAtRest(Id, e);
        }
    }

    private ISweepIndexGrain Index => GrainFactory.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key);

    private LiveSweep Live => new(Id, Rank)
    {
        Pool = Pool,
        Open = State == SweepState.Running ? _board!.Backlog : 0,
        State = State == SweepState.Paused ? SweepState.Paused : SweepState.Running,
    };

    /// <summary>Enters the index, unless the sweep has been stopped meanwhile.</summary>
    private Task TellLive() => State is SweepState.Running or SweepState.Folding ? _told = Index.Enter(Live) : Task.CompletedTask;

    /// <summary>An index that does not answer hears of the sweep when it is resumed.</summary>
    private async Task TellIndex()
    {
        try
        {
            await Index.Enter(Live);
        }
        catch (Exception e)
        {
            LogNotAtRest(Id, e);
        }
    }

    private async Task Tick()
    {
        if (State == SweepState.Running)
        {
            await TellLive();
            _ = OpenShards();
            CheckEnd();
            await KeepReminder();
        }
        else if (State == SweepState.Folding)
        {
            // Sent first, so that it comes before the good-bye that may follow.
            var told = TellLive();
            _ = Fold();
            await told;
        }
    }

    private async Task SetReminder()
    {
        await this.RegisterOrUpdateReminder(ReviveReminder, options.Value.ReviveInterval, options.Value.ReviveInterval);
        _remindedAt = options.Value.Clock.GetTimestamp();
    }

    /// <summary>Sets the reminder again now and then: whoever keeps reminders may have lost it, and it is never due while the sweep is well.</summary>
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
            var (summary, told) = await Ask(shard);
            if (summary.Broken is null)
            {
                Take(summary);
            }
            else if (State == SweepState.Running)
            {
                LogShardBroken(shard, summary.Broken);
                await TryEnd(SweepState.Failed, told.Generation, summary.Broken);
            }
        }
        catch (Exception e)
        {
            _lastError = e.Message;
            LogShardNotOpened(shard, e);
        }
    }

    /// <summary>Tells a shard what it is to follow, and again if that has changed before it answered: it may not be among those that heard of the change.</summary>
    private async Task<(ShardSummary Summary, ShardAdmission Told)> Ask(ShardId shard)
    {
        while (true)
        {
            var told = Admission;
            var summary = await GrainFactory.GetGrain<ILayerShardGrain>(shard.ToString()).Open(told);
            if (told == Admission)
            {
                return (summary, told);
            }
        }
    }

    private void Take(ShardSummary summary)
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
        await Enter(_entry with { State = state, Final = final });
        LogEnded(Id, state, final.Counts.Rendered, final.Counts.Skipped, final.Counts.Failed);
    }

    private async Task TryEnd(SweepState state, long generation, string error)
    {
        try
        {
            if (await Change(() => State is SweepState.Running or SweepState.Folding && _entry.Generation == generation, () => End(state, error)))
            {
                await TellShards();
            }
        }
        catch (Exception e)
        {
            // The next report of a shard or the next tick leads here again.
            LogEndNotWritten(Id, state, e);
        }
    }

    /// <summary>Shards at work hear that the state has changed. One that does not hear it now is told with its next report, or asks when it comes to life.</summary>
    private async Task TellShards()
    {
        foreach (var some in _board!.Active.Chunk(options.Value.ShardsOpenedAtOnce))
        {
            await Task.WhenAll(some.Select(async shard =>
            {
                try
                {
                    var (summary, _) = await Ask(shard);
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
