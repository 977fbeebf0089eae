using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>Draws batches, stores pictures.</summary>
internal sealed partial class DeviceAgent
{
    private async Task DrawAsync()
    {
        try
        {
            await foreach (var lease in _toDraw.Reader.ReadAllAsync())
            {
                _clock.TakeUp();
                foreach (var tasks in await Batches(lease))
                {
                    await (lease.Lease.IsIsolated ? Announce(lease, tasks) : _inFlight.WaitAsync());
                    await Draw(lease, tasks);
                }

                await _toStore.Writer.WriteAsync(new(lease, null, null));
                _clock.LayDown();
            }
        }
        finally
        {
            _toStore.Writer.TryComplete();
        }
    }

    /// <summary>Waits until the device is free, and tells what comes next: should the device be lost now, nothing else is to blame.</summary>
    private async Task Announce(LeaseInHand lease, ChannelHandle[] suspects)
    {
        for (var slot = 0; slot < _options.BatchesInFlight; slot++)
        {
            await _inFlight.WaitAsync();
        }

        lease.Begin(suspects);
        await RenewAll();
        _inFlight.Release(_options.BatchesInFlight - 1);
    }

    /// <summary>Sends a batch to the device, unless it is to be given back: what is not begun when the silo leaves, or when the device cannot draw it, is for others.</summary>
    private async Task Draw(LeaseInHand lease, ChannelHandle[] tasks)
    {
        ChannelHandle[] batch = _draining.IsCancellationRequested || _health.MustRestFrom(lease.Lease.Shard.Id) ? [] : Array.FindAll(tasks, handle => handle.Advance(ChannelTaskState.Running));
        if (batch.Length == 0)
        {
            lease.Leave(tasks);
            _inFlight.Release();
        }
        else
        {
            await _toStore.Writer.WriteAsync(new(lease, batch, Render(lease, batch)));
        }
    }

    /// <summary>Draws a batch.</summary>
    /// <returns>Null if the device, or what it needs, was at fault.</returns>
    private async Task<IReadOnlyList<RenderedChannel>?> Render(LeaseInHand lease, ChannelHandle[] batch)
    {
        using var span = DeviceSpans.Batch(lease, batch.Length);
        try
        {
            lease.Cancelled.ThrowIfCancellationRequested();
            lease.Begin(batch);
            var shard = lease.Lease.Shard;
            var drawn = await RenderOnce(lease, batch);
            if (drawn.Count != batch.Length)
            {
                throw new ChannelRenderException($"The renderer of '{_renderer.Device}' returned {drawn.Count} results for {batch.Length} tasks. Expected one a task.");
            }

            _health.Succeeded(shard.Id);
            Show(status => status);
            var seconds = drawn.Sum(channel => channel.Seconds);
            _times.Measured(shard.Id, seconds * shard.Recipe.Steps / (shard.Recipe.Steps - Resumed(shard, drawn)));
            _instruments.OnBatch(seconds);
            return drawn;
        }
        catch (Exception e)
        {
            span.Fail(e);
            if (SurroundingFaults.ScopeOf(e) is not { } scope)
            {
                throw;
            }

            // Here, and not when its turn to be stored comes: the next batch is not to meet the same.
            Fault(lease.Lease.Shard.Id, scope, e);
            return null;
        }
        finally
        {
            lease.Leave(batch);
            _inFlight.Release();
        }
    }

    private async Task<IReadOnlyList<RenderedChannel>> RenderOnce(LeaseInHand lease, ChannelHandle[] batch)
    {
        var shard = lease.Lease.Shard;
        _clock.Begin();
        try
        {
            return await _renderer.RenderAsync(
                new(shard.Recipe, [.. batch.Select(handle => handle.Task)], _renderer.BatchSize), Meter(shard.Id, batch), CheckpointsOf(batch), lease.Cancelled);
        }
        finally
        {
            _clock.End();
        }
    }

    /// <summary>Tells of a batch that went on from a checkpoint.</summary>
    /// <returns>The step that it went on from; 0: it began anew.</returns>
    private int Resumed(Shard shard, IReadOnlyList<RenderedChannel> drawn)
    {
        var step = drawn[0].ResumedAt;
        if (step > 0)
        {
            LogResumed(Name, drawn.Count, shard.Id, step, shard.Recipe.Steps);
            _instruments.OnResumed(drawn.Count);
        }

        return step;
    }

    private async Task StoreAsync()
    {
        await foreach (var (lease, batch, rendering) in _toStore.Reader.ReadAllAsync())
        {
            if (batch is null || rendering is null)
            {
                _ended.Enqueue(lease);
                _wake.Release();
                continue;
            }

            try
            {
                if (await rendering is not { } drawn)
                {
                    LeaseInHand.GiveUp(batch);
                    continue;
                }

                using var span = DeviceSpans.Store(lease, batch.Length);
                await Parallel.ForEachAsync(
                    batch.Zip(drawn),
                    new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelStores, CancellationToken = _givenUp.Token },
                    async (item, token) => await Store(lease, item.First, item.Second, token));
            }
            catch (OperationCanceledException)
            {
                LeaseInHand.GiveUp(batch);
            }
            catch (Exception e) when (SurroundingFaults.ScopeOf(e) is { } scope)
            {
                LeaseInHand.GiveUp(batch);
                Fault(lease.Lease.Shard.Id, scope, e);
            }
            catch (Exception e)
            {
                Crash(lease, batch, e);
            }
        }
    }

    private void Crash(LeaseInHand lease, ChannelHandle[] batch, Exception error)
    {
        LogCrashed(Name, lease.Lease.Shard.Id, batch.Length, error);
        if (_health.Crashed(error.Message))
        {
            lease.Crash(batch, error.Message);
        }
        else
        {
            LeaseInHand.GiveUp(batch);
        }

        Show(status => status);
    }

    /// <summary>Nobody in the batch is to blame. What is left of its lease, and of others that the device cannot draw either, is given back; it takes no such work until it has rested.</summary>
    private void Fault(ShardId shard, DeviceFaultScope scope, Exception error)
    {
        if (_health.Faulted(FaultArea.Of(scope, shard), error.Message) is { } pause)
        {
            LogFaulted(Name, shard, pause, error);
            _instruments.OnFault(scope);
        }

        Show(status => status);
    }

    private async Task Store(LeaseInHand lease, ChannelHandle handle, RenderedChannel drawn, CancellationToken cancellationToken)
    {
        if (drawn.Outcome == ChannelOutcome.Failed)
        {
            lease.Fail(handle, drawn.Error ?? "The renderer gave no reason.");
        }
        else if (handle.Advance(ChannelTaskState.Uploading))
        {
            try
            {
                var stored = await StoreWithPatience(lease, drawn, cancellationToken);
                await RemoveCheckpoint(handle, lease.Lease.Shard.Recipe);
                lease.Add(handle, stored.Entry, LogOf(lease, drawn, stored.AlreadyThere));
                if (drawn.Outcome == ChannelOutcome.Rendered)
                {
                    _instruments.OnStored(stored.AlreadyThere);
                }

                Show(status => status with { Stored = status.Stored + 1 });
            }
            catch (CorruptBlobException e)
            {
                lease.Fail(handle, e.Message);
            }
        }
    }

    /// <summary>A store out of reach is nobody's failure: the device waits for it until its work is taken away.</summary>
    private async Task<(ManifestEntry Entry, bool AlreadyThere)> StoreWithPatience(LeaseInHand lease, RenderedChannel drawn, CancellationToken cancellationToken)
    {
        for (var pause = _options.ShortestPause; ; pause = Doubled(pause))
        {
            try
            {
                var stored = await _results.CommitAsync(drawn, cancellationToken);
                StoreTrouble(null);
                return stored;
            }
            catch (StorageException e) when (e is StoreUnreachableException || e.CanRetry)
            {
                StoreTrouble(e.Message);
            }

            await Task.Delay(pause, lease.Cancelled);
        }
    }

    private RunLogEntry LogOf(LeaseInHand lease, RenderedChannel drawn, bool alreadyThere) => new()
    {
        Task = drawn.Record.Task,
        Outcome = drawn.Outcome,
        Skipped = alreadyThere,
        Device = Name,
        CommittedAt = _options.Clock.GetUtcNow(),
        Seconds = drawn.Seconds,
        Lease = lease.Lease.Token.ToString(),
        ResumedAt = drawn.ResumedAt,
    };
}
