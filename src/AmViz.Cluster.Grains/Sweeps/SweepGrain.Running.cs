using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>What a sweep does by itself: open its shards, stay in the index, fold the manifest, end.</summary>
internal sealed partial class SweepGrain
{
    private Task _resting = Task.CompletedTask;
    private IGrainTimer? _timer;
    private long _remindedAt;
    private bool _opening;
    private bool _folding;
    private bool _ending;

    /// <summary>Writes the change down first: after a death the sweep goes on from what is written.</summary>
    private async Task Enter(SweepState state, SweepStatus? final = null)
    {
        if (state == SweepState.Running)
        {
            // A sweep may be submitted again while its last end still takes marker and reminder away: the new ones must come after that.
            await _resting;
            await markers.MarkAsync(Id, CancellationToken.None);
        }

        await journal.AppendAsync(Id, new() { State = state, RunStartedAt = _runStartedAt, At = Now, Rank = _rank, Pool = _pool, Final = final }, CancellationToken.None);
        _state = state;
        _final = final;
        await (state == SweepState.Running ? Work() : _resting = Rest());
    }

    private async Task Work()
    {
        // First of all, so that questions that come in meanwhile do not start it again.
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true, KeepAlive = true });
        await SetReminder();
        await Index.Enter(Live);
        _ = OpenShards();
    }

    /// <summary>Leaves the index, takes marker and reminder away; a paused sweep keeps place and marker, since it is live. What fails is no failure of the sweep: it is looked at again when the reminder rings.</summary>
    private async Task Rest()
    {
        _timer?.Dispose();
        _timer = null;
        try
        {
            if (_state == SweepState.Paused)
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

    private LiveSweep Live => new(Id, _rank)
    {
        Pool = _pool,
        Open = _state == SweepState.Running ? _board!.Backlog : 0,
        State = _state == SweepState.Paused ? SweepState.Paused : SweepState.Running,
    };

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
        if (_state == SweepState.Running)
        {
            await Index.Enter(Live);
            _ = OpenShards();
            CheckEnd();
            await KeepReminder();
        }
        else if (_state == SweepState.Folding)
        {
            // Sent first, so that it comes before the good-bye that may follow.
            var told = Index.Enter(Live);
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
        if (_state == SweepState.Running && options.Value.Clock.GetElapsedTime(_remindedAt) > options.Value.ReviveInterval / 2)
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
            foreach (var some in _board!.Silent(options.Value.Silence).Chunk(options.Value.ShardsOpenedAtOnce))
            {
                await Task.WhenAll(some.Select(Open));
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
            var summary = await GrainFactory.GetGrain<ILayerShardGrain>(shard.ToString()).Open(Admission);
            if (summary.Broken is null)
            {
                Take(summary);
            }
            else if (_state == SweepState.Running && !_ending)
            {
                _lastError = summary.Broken;
                LogShardBroken(shard, summary.Broken);
                await TryEnd(SweepState.Failed);
            }
        }
        catch (Exception e)
        {
            _lastError = e.Message;
            LogShardNotOpened(shard, e);
        }
    }

    private void Take(ShardSummary summary)
    {
        if (_state == SweepState.Running && summary.Admission == Admission)
        {
            _board!.Update(summary);
            _lastError = summary.LastError ?? _lastError;
            CheckEnd();
        }
    }

    private void CheckEnd()
    {
        if (_state != SweepState.Running || _ending)
        {
            return;
        }

        var counts = _board!.Counts;
        if (_plan!.FailureBudget is { } budget && counts.Failed - counts.Dead > budget)
        {
            _lastError = $"{counts.Failed - counts.Dead} channels failed; the budget of this sweep is {budget}. The last error: {_lastError}";
            _ = TryEnd(SweepState.Failed);
        }
        else if (_board.AllFinished)
        {
            _state = SweepState.Folding;
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
        try
        {
            var plan = _plan!;
            if (!await IsFolded())
            {
                await Task.Run(() => manifests.FoldAsync(plan, CancellationToken.None));
            }

            await End(SweepState.Finished);
        }
        catch (Exception e) when (e is StoreUnreachableException or StorageException { CanRetry: true })
        {
            // The timer tries again.
            _lastError = e.Message;
            LogFoldDelayed(Id, e);
        }
        catch (Exception e)
        {
            _lastError = e.Message;
            LogFoldFailed(Id, e);
            await TryEnd(SweepState.Failed);
        }
        finally
        {
            _folding = false;
        }
    }

    /// <summary>Whether the manifest of an earlier run says all there is to say.</summary>
    private async Task<bool> IsFolded()
    {
        if (!_wasFinished || _board!.RowsWritten > 0)
        {
            return false;
        }

        foreach (var path in new[] { ResultLayout.Manifest(Id), ResultLayout.RunLog(Id), ResultLayout.ManifestHeader(Id) })
        {
            if (await blobs.ReadRangeAsync(path, 0, 1, CancellationToken.None) is null)
            {
                return false;
            }
        }

        return true;
    }

    private async Task End(SweepState state)
    {
        var final = Describe() with { State = state };
        await Enter(state, final);
        LogEnded(Id, state, final.Counts.Rendered, final.Counts.Skipped, final.Counts.Failed);
        if (state != SweepState.Finished)
        {
            await TellShards();
        }
    }

    private async Task TryEnd(SweepState state)
    {
        _ending = true;
        try
        {
            await End(state);
        }
        catch (Exception e)
        {
            // The next report of a shard or the next tick leads here again.
            LogEndNotWritten(Id, state, e);
        }
        finally
        {
            _ending = false;
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
                    var summary = await GrainFactory.GetGrain<ILayerShardGrain>(shard.ToString()).Open(Admission);
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
