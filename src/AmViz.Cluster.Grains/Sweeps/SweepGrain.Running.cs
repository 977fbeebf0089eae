using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>What a sweep does by itself: open its shards, stay in the index, fold the manifest, end.</summary>
internal sealed partial class SweepGrain
{
    private IGrainTimer? _timer;
    private bool _opening;
    private bool _folding;
    private bool _ending;

    /// <summary>Writes the change down first: after a death the sweep goes on from what is written.</summary>
    private async Task Enter(SweepState state, SweepStatus? final = null)
    {
        await journal.AppendAsync(Id, new() { State = state, RunStartedAt = _runStartedAt, At = Now, Final = final }, CancellationToken.None);
        _state = state;
        _final = final;
        await (state == SweepState.Running ? Work() : Rest());
    }

    private async Task Work()
    {
        // First of all, so that questions that come in meanwhile do not start it again.
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(options.Value.Tick, options.Value.Tick) { Interleave = true, KeepAlive = true });
        await this.RegisterOrUpdateReminder(ReviveReminder, options.Value.ReviveInterval, options.Value.ReviveInterval);
        await Index.Add(Id);
        _ = OpenShards();
    }

    private async Task Rest()
    {
        _timer?.Dispose();
        _timer = null;
        await Index.Remove(Id);
        if (await this.GetReminder(ReviveReminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private ISweepIndexGrain Index => GrainFactory.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key);

    private async Task Tick()
    {
        if (_state == SweepState.Running)
        {
            await Index.Add(Id);
            _ = OpenShards();
            CheckEnd();
        }
        else if (_state == SweepState.Folding)
        {
            _ = Fold();
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
        catch (Exception e) when (e is not OutOfMemoryException)
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
        catch (Exception e) when (e is not OutOfMemoryException)
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
        catch (Exception e) when (e is not OutOfMemoryException)
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
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    LogShardNotOpened(shard, e);
                }
            }));
        }
    }
}
