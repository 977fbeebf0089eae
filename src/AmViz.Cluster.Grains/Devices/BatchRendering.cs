using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

/// <summary>Renders one batch on the device, measures it, and separates faults of the device from those that a task may be to blame for.</summary>
internal sealed partial class BatchRendering(
    DeviceContext device, BatchCheckpointing checkpointing, BatchTimes times, HealthMonitor health, DeviceStatusBoard status)
{
    private readonly ILogger _log = device.Log;

    /// <summary>Renders a batch.</summary>
    /// <returns>One result a task, in the same order; null if the device, or what it needs, was at fault.</returns>
    /// <exception cref="OperationCanceledException">The lease is cancelled.</exception>
    /// <exception cref="Exception">Anything else that a task may be to blame for.</exception>
    public async Task<IReadOnlyList<RenderedChannel>?> RenderAsync(ActiveLease lease, ChannelHandle[] batch)
    {
        using var span = DeviceSpans.Batch(lease, batch.Length);
        var meter = new BatchMeter(device, status, lease, batch);
        try
        {
            lease.Cancelled.ThrowIfCancellationRequested();
            lease.StartDrawing(batch);
            var drawn = await RenderOnceAsync(lease, batch, meter);
            health.Succeeded(lease.Shard.Id);
            Measure(lease.Shard, drawn);
            return drawn;
        }
        catch (Exception e)
        {
            span.Fail(e);
            if (e is OperationCanceledException && meter.Elapsed > times.Expected(lease.Shard.Id) && times.Expected(lease.Shard.Id) > TimeSpan.Zero)
            {
                // Called back for being slow: a device that stays slow expects more of the next batch, and is not called back again and again.
                times.Measured(lease.Shard.Id, meter.Elapsed.TotalSeconds);
            }

            if (FaultClassifier.ScopeOf(e) is not { } scope)
            {
                throw;
            }

            // Here, and not when its turn to be stored comes: the next batch must not meet the same.
            health.Faulted(lease.Shard.Id, scope, e);
            return null;
        }
    }

    private async Task<IReadOnlyList<RenderedChannel>> RenderOnceAsync(ActiveLease lease, ChannelHandle[] batch, BatchMeter meter)
    {
        var (shard, renderer) = (lease.Shard, device.Renderer);
        var request = new ChannelBatch(shard.Recipe, [.. batch.Select(handle => handle.Task)], renderer.BatchSize) { Work = shard.Work };
        device.Usage.Begin();
        try
        {
            var drawn = await renderer.RenderAsync(request, meter, checkpointing.Of(batch), lease.Cancelled);
            return drawn.Count == batch.Length ? drawn
                : throw new ChannelRenderException($"The renderer of '{renderer.Device}' returned {drawn.Count} results for {batch.Length} tasks. Expected one a task.");
        }
        finally
        {
            device.Usage.End();
        }
    }

    /// <summary>Expects of later batches what all steps of this one would have taken, wherever it was resumed.</summary>
    private void Measure(Shard shard, IReadOnlyList<RenderedChannel> drawn)
    {
        var (step, steps, seconds) = (drawn[0].ResumedAt, shard.Recipe.Steps, drawn.Sum(channel => channel.Seconds));
        if (step > 0)
        {
            LogResumed(device.Name, drawn.Count, shard.Id, step, steps);
            device.Instruments.OnResumed(drawn.Count);
        }

        times.Measured(shard.Id, seconds * steps / (steps - step));
        device.Instruments.OnBatch(seconds);
    }

    [LoggerMessage(15, LogLevel.Information, "{Device} went on with {Images} images of shard {Shard} at step {Step} of {Steps}.")]
    private partial void LogResumed(string device, int images, ShardId shard, int step, int steps);
}
