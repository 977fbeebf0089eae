namespace AmViz.Cluster.Grains;

/// <summary>Splits leases into batches and sends them to the device, as many at a time as <see cref="DeviceAgentOptions.BatchesInFlight"/> allows.</summary>
internal sealed class BatchDrawer(
    DeviceContext device, StopSignals stop, AgentQueues queues, DeviceHealth health, BatchCheckpointing checkpointing, BatchRendering rendering,
    LeaseRenewer renewer) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(device.Options.BatchesInFlight);

    /// <summary>Draws until no further lease can come.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var lease in queues.ToDraw.Reader.ReadAllAsync())
            {
                device.Usage.TakeUp();
                foreach (var batch in await SplitAsync(lease))
                {
                    await (lease.Lease.IsIsolated ? AnnounceAsync(lease, batch) : _slots.WaitAsync());
                    await DrawAsync(lease, batch);
                }

                await queues.ToStore.Writer.WriteAsync(new(lease, [], Rendering: null));
                device.Usage.LayDown();
            }
        }
        finally
        {
            queues.ToStore.Writer.TryComplete();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    /// <summary>The batches of a lease: images that are resumed at the same step together, those with most steps done first.</summary>
    private async Task<IReadOnlyList<ChannelHandle[]>> SplitAsync(ActiveLease lease)
    {
        await checkpointing.LoadAsync(lease);
        return [.. lease.Handles
            .GroupBy(handle => handle.Checkpoint?.Step ?? 0)
            .OrderByDescending(images => images.Key)
            .SelectMany(images => images.Chunk(lease.Shard.TasksAtOnce(device.Renderer.BatchSize)))];
    }

    /// <summary>Waits until the device is free, and tells the shard what comes next: should the device be lost now, nothing else is to blame.</summary>
    private async Task AnnounceAsync(ActiveLease lease, ChannelHandle[] suspects)
    {
        for (var slot = 0; slot < device.Options.BatchesInFlight; slot++)
        {
            await _slots.WaitAsync();
        }

        lease.StartDrawing(suspects);
        await renewer.AnnounceAsync(lease, stop.Draining.Token);
        _slots.Release(device.Options.BatchesInFlight - 1);
    }

    /// <summary>Sends a batch to the device. If the silo leaves, or the device must rest from such work, it is left for other devices instead.</summary>
    private async Task DrawAsync(ActiveLease lease, ChannelHandle[] tasks)
    {
        var isLeft = stop.Draining.IsCancellationRequested || health.MustRestFrom(lease.Shard.Id);
        var now = device.Options.Clock.GetUtcNow();
        var batch = isLeft ? [] : Array.FindAll(tasks, handle => handle.Start(now));
        if (batch.Length == 0)
        {
            lease.EndDrawing(tasks);
            _slots.Release();
        }
        else
        {
            await queues.ToStore.Writer.WriteAsync(new(lease, batch, RenderAsync(lease, batch)));
        }
    }

    private async Task<IReadOnlyList<RenderedChannel>?> RenderAsync(ActiveLease lease, ChannelHandle[] batch)
    {
        try
        {
            return await rendering.RenderAsync(lease, batch);
        }
        finally
        {
            lease.EndDrawing(batch);
            _slots.Release();
        }
    }
}
