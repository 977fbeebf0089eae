using AmViz.Storage;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

/// <summary>Saves long batches, and resumes those that other devices left unfinished. No error of its own fails a batch: what cannot be loaded is drawn from the first step.</summary>
internal sealed partial class BatchCheckpointing(DeviceContext device, CheckpointStore store, StopSignals stop)
{
    private readonly ILogger _log = device.Log;

    /// <summary>Loads the checkpoints that the lease names, and no others: a channel that never had one costs no read.</summary>
    public async Task LoadAsync(ActiveLease lease)
    {
        if (lease.Lease.Checkpoints is not { Count: > 0 } named)
        {
            return;
        }

        try
        {
            await ForEachAsync(
                lease.Handles.Where(handle => named.Contains(handle.Index)), (handle, token) => LoadAsync(handle, lease.Shard.Recipe.Hash, token));
        }
        catch (Exception e)
        {
            LogNotLoaded(device.Name, lease.Shard.Id, e);
        }
    }

    /// <summary>How the renderer resumes a batch, and when and where it saves it.</summary>
    public BatchCheckpoints Of(IReadOnlyList<ChannelHandle> batch)
    {
        var options = device.Options;
        var isNever = options.CheckpointInterval <= TimeSpan.Zero;
        return new()
        {
            Resume = [.. batch.Select(handle => handle.Checkpoint).OfType<AscentCheckpoint>()],
            Save = checkpoints => SaveAsync(batch, checkpoints),
            Interval = isNever ? TimeSpan.MaxValue : options.CheckpointInterval,
            MinimumWork = isNever ? TimeSpan.MaxValue : TimeSpan.FromTicks(Math.Min(options.MinimumCheckpointWork.Ticks, options.CheckpointInterval.Ticks)),
            Leaving = stop.Draining.Token,
            Clock = options.Clock,
        };
    }

    /// <summary>Removes the checkpoint of a task that has ended.</summary>
    public async Task RemoveAsync(ChannelHandle handle, RenderRecipe recipe)
    {
        if (!handle.MayHaveCheckpoint)
        {
            return;
        }

        handle.Checkpoint = null;
        try
        {
            await ForEachAsync([handle], (ended, token) => store.RemoveAsync(ended.Task, recipe.Hash, token));
        }
        catch (Exception e)
        {
            // The shard removes it when it next lists checkpoints.
            LogNotRemoved(device.Name, handle.Task, e);
        }
    }

    private async Task LoadAsync(ChannelHandle handle, string recipeHash, CancellationToken cancellationToken)
    {
        if (await store.LoadAsync(handle.Task, recipeHash, cancellationToken) is not { } checkpoint)
        {
            return;
        }

        if (device.Renderer.CanResume(checkpoint))
        {
            handle.Resume(checkpoint);
        }
        else
        {
            // Another kind of device wrote it. It must give way, or nothing could be saved here before that many steps are done again.
            await store.RemoveAsync(handle.Task, recipeHash, cancellationToken);
        }
    }

    private async Task SaveAsync(IReadOnlyList<ChannelHandle> batch, IReadOnlyList<AscentCheckpoint> checkpoints)
    {
        var (task, step) = (checkpoints[0].Task, checkpoints[0].Step);
        try
        {
            await ForEachAsync(batch.Zip(checkpoints), (item, token) =>
            {
                // Before it is tried: a write without an answer may have happened.
                item.First.MayHaveCheckpoint = true;
                return store.SaveAsync(item.Second, token);
            });
            LogSaved(device.Name, checkpoints.Count, task, step);
            device.Instruments.OnSaved(checkpoints.Count);
        }
        catch (Exception e)
        {
            LogNotSaved(device.Name, task, step, e);
        }
    }

    /// <summary>Calls the store for several tasks at a time, for no longer than <see cref="DeviceAgentOptions.CheckpointPatience"/> altogether.</summary>
    private async Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> call)
    {
        using var patience = new CancellationTokenSource(device.Options.CheckpointPatience, device.Options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop.Aborting.Token);
        var options = new ParallelOptions { MaxDegreeOfParallelism = device.Options.ParallelStores, CancellationToken = either.Token };
        await Parallel.ForEachAsync(items, options, async (item, token) => await call(item, token));
    }

    [LoggerMessage(12, LogLevel.Debug, "{Device} saved {Images} images at step {Step}, {Task} first.")]
    private partial void LogSaved(string device, int images, ChannelTask task, int step);

    [LoggerMessage(13, LogLevel.Warning, "{Device} could not save a batch at step {Step}, {Task} first; it goes on drawing.")]
    private partial void LogNotSaved(string device, ChannelTask task, int step, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "{Device} could not load checkpoints of shard {Shard}; what has none is drawn from the beginning.")]
    private partial void LogNotLoaded(string device, ShardId shard, Exception exception);

    [LoggerMessage(16, LogLevel.Debug, "{Device} could not remove the checkpoint of {Task}.")]
    private partial void LogNotRemoved(string device, ChannelTask task, Exception exception);
}
