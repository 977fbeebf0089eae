using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Stores the pictures of drawn batches and records their results in the lease, which goes back to the puller after its last batch.</summary>
internal sealed class PictureStorer(
    DeviceContext device, StopSignals stop, AgentQueues queues, ResultStore results, BatchCheckpointing checkpointing, HealthMonitor health,
    DeviceStatusBoard status)
{
    /// <summary>Stores until no further batch can come.</summary>
    public async Task RunAsync()
    {
        await foreach (var (lease, batch, rendering) in queues.ToStore.Reader.ReadAllAsync())
        {
            if (rendering is null)
            {
                await queues.ToReport.Writer.WriteAsync(lease);
            }
            else
            {
                await StoreAsync(lease, batch, rendering);
            }
        }
    }

    private async Task StoreAsync(ActiveLease lease, IReadOnlyList<ChannelHandle> batch, Task<IReadOnlyList<RenderedChannel>?> rendering)
    {
        try
        {
            if (await rendering is { } drawn)
            {
                using var span = DeviceSpans.Store(lease, batch.Count);
                await Parallel.ForEachAsync(
                    batch.Zip(drawn),
                    new ParallelOptions { MaxDegreeOfParallelism = device.Options.ParallelStores, CancellationToken = stop.Aborting.Token },
                    async (item, token) => await StoreAsync(lease, item.First, item.Second, token));
            }
            else
            {
                ActiveLease.Abandon(batch);
            }
        }
        catch (OperationCanceledException)
        {
            ActiveLease.Abandon(batch);
        }
        catch (Exception e) when (FaultClassifier.ScopeOf(e) is { } scope)
        {
            ActiveLease.Abandon(batch);
            health.Faulted(lease.Shard.Id, scope, e);
        }
        catch (Exception e)
        {
            health.Crashed(lease, batch, e);
        }
    }

    private async Task StoreAsync(ActiveLease lease, ChannelHandle handle, RenderedChannel drawn, CancellationToken aborted)
    {
        if (drawn.Outcome == ChannelOutcome.Failed)
        {
            lease.Fail(handle, drawn.Error ?? "The renderer gave no reason.");
        }
        else if (handle.Advance(ChannelTaskState.Uploading))
        {
            try
            {
                var stored = await CommitAsync(drawn, lease.Cancelled, aborted);
                await checkpointing.RemoveAsync(handle, lease.Shard.Recipe);
                lease.Complete(handle, stored.Entry, LogOf(lease, drawn, stored.AlreadyThere));
                if (drawn.Outcome == ChannelOutcome.Rendered)
                {
                    device.Instruments.OnStored(stored.AlreadyThere);
                }

                status.Update(now => now with { Stored = now.Stored + 1 });
            }
            catch (CorruptBlobException e)
            {
                lease.Fail(handle, e.Message);
            }
        }
    }

    /// <summary>A store out of reach is no task's failure: the device waits for it until the lease is cancelled.</summary>
    private async Task<(ManifestEntry Entry, bool AlreadyThere)> CommitAsync(RenderedChannel drawn, CancellationToken cancelled, CancellationToken aborted)
    {
        var backoff = new Backoff(device.Options);
        while (true)
        {
            try
            {
                var stored = await results.CommitAsync(drawn, aborted);
                status.ReportStore(null);
                return stored;
            }
            catch (StorageException e) when (e is StoreUnreachableException || e.CanRetry)
            {
                status.ReportStore(e.Message);
            }

            await Task.Delay(backoff.Next(), device.Options.Clock, cancelled);
        }
    }

    private RunLogEntry LogOf(ActiveLease lease, RenderedChannel drawn, bool alreadyThere) => new()
    {
        Task = drawn.Record.Task,
        Outcome = drawn.Outcome,
        Skipped = alreadyThere,
        Device = device.Name,
        CommittedAt = device.Options.Clock.GetUtcNow(),
        Seconds = drawn.Seconds,
        Lease = lease.Lease.Token.ToString(),
        ResumedAt = drawn.ResumedAt,
    };
}
