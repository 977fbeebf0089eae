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
                foreach (var tasks in lease.Handles.Chunk(_renderer.BatchSize))
                {
                    await _inFlight.WaitAsync();
                    await Draw(lease, tasks);
                }

                await _toStore.Writer.WriteAsync(new(lease, null, null));
            }
        }
        finally
        {
            _toStore.Writer.Complete();
        }
    }

    /// <summary>Sends a batch to the device, unless it is to be given back: what is not begun when the silo leaves is for others.</summary>
    private async Task Draw(LeaseInHand lease, ChannelHandle[] tasks)
    {
        ChannelHandle[] batch = _draining.IsCancellationRequested ? [] : Array.FindAll(tasks, handle => handle.Advance(ChannelTaskState.Running));
        if (batch.Length == 0)
        {
            _inFlight.Release();
        }
        else
        {
            await _toStore.Writer.WriteAsync(new(lease, batch, Render(lease, batch)));
        }
    }

    private async Task<IReadOnlyList<RenderedChannel>> Render(LeaseInHand lease, ChannelHandle[] batch)
    {
        try
        {
            lease.Cancelled.ThrowIfCancellationRequested();
            lease.Begin(batch);
            var shard = lease.Lease.Shard;
            var drawn = await _renderer.RenderAsync(
                new(shard.Recipe, [.. batch.Select(handle => handle.Task)], _renderer.BatchSize), Meter(shard.Id, batch.Length), lease.Cancelled);
            if (drawn.Count != batch.Length)
            {
                throw new ChannelRenderException($"The renderer of '{_renderer.Device}' returned {drawn.Count} results for {batch.Length} tasks. Expected one a task.");
            }

            _health.Succeeded();
            var seconds = drawn.Sum(channel => channel.Seconds);
            _times.Measured(shard.Id, seconds);
            _instruments.OnBatch(seconds);
            return drawn;
        }
        finally
        {
            lease.Leave(batch);
            _inFlight.Release();
        }
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
                var drawn = await rendering;
                await Parallel.ForEachAsync(
                    batch.Zip(drawn),
                    new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelStores, CancellationToken = _givenUp.Token },
                    async (item, token) => await Store(lease, item.First, item.Second, token));
            }
            catch (OperationCanceledException)
            {
                LeaseInHand.GiveUp(batch);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                LogCrashed(Name, lease.Lease.Shard.Id, batch.Length, e);
                lease.Crash(batch, e.Message);
                _health.Crashed(e.Message);
                Show(status => status);
            }
        }
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
                lease.Add(handle, stored.Entry, LogOf(lease, drawn, stored.AlreadyThere));
                _instruments.OnStored(stored.AlreadyThere);
                Show(status => status with { Stored = status.Stored + 1 });
            }
            catch (CorruptBlobException e)
            {
                lease.Fail(handle, e.Message);
            }
        }
    }

    /// <summary>A store out of reach is nobody's failure: the device waits for it until its work is taken away.</summary>
    private async Task<CommittedChannel> StoreWithPatience(LeaseInHand lease, RenderedChannel drawn, CancellationToken cancellationToken)
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
                LogStoreOutOfReach(Name, e);
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
    };
}
