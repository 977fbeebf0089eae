using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>Saves long batches, and goes on with those that others had to leave. None of its troubles fails a batch: what cannot be loaded is drawn from the beginning.</summary>
internal sealed partial class DeviceAgent
{
    /// <summary>The batches of a lease: images of equal step together, those that are furthest first.</summary>
    private async Task<IReadOnlyList<ChannelHandle[]>> Batches(LeaseInHand lease)
    {
        await Load(lease);
        return [.. lease.Handles
            .GroupBy(handle => handle.Begun?.Step ?? 0)
            .OrderByDescending(images => images.Key)
            .SelectMany(images => images.Chunk(_renderer.BatchSize))];
    }

    /// <summary>Loads what the shard says is there, and nothing else: a channel that never had a checkpoint costs no read.</summary>
    private async Task Load(LeaseInHand lease)
    {
        if (lease.Lease.Checkpoints is not { Count: > 0 } begun)
        {
            return;
        }

        using var patience = Patience();
        try
        {
            var handles = lease.Handles.Where(handle => begun.Contains(handle.Index));
            var options = new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelStores, CancellationToken = patience.Token };
            await Parallel.ForEachAsync(handles, options, async (handle, token) => await Load(handle, lease.Lease.Shard.Recipe.Hash, token));
        }
        catch (Exception e)
        {
            LogNotLoaded(Name, lease.Lease.Shard.Id, e);
        }
    }

    private async Task Load(ChannelHandle handle, string recipeHash, CancellationToken cancellationToken)
    {
        if (await _checkpoints.LoadAsync(handle.Task, recipeHash, cancellationToken) is not { } checkpoint)
        {
            return;
        }

        if (_renderer.CanResume(checkpoint))
        {
            handle.Begun = checkpoint;
        }
        else
        {
            // Another kind of device wrote it. It must give way, or nothing could be saved here before that many steps are done again.
            await _checkpoints.RemoveAsync(handle.Task, recipeHash, cancellationToken);
        }
    }

    private BatchCheckpoints CheckpointsOf(ChannelHandle[] batch)
    {
        var isNever = _options.CheckpointInterval <= TimeSpan.Zero;
        return new()
        {
            Resume = [.. batch.Select(handle => handle.Begun).OfType<AscentCheckpoint>()],
            Save = checkpoints => Save(batch, checkpoints),
            Interval = isNever ? TimeSpan.MaxValue : _options.CheckpointInterval,
            MinimumWork = isNever ? TimeSpan.MaxValue : TimeSpan.FromTicks(Math.Min(_options.MinimumCheckpointWork.Ticks, _options.CheckpointInterval.Ticks)),
            Clock = _options.Clock,
        };
    }

    private async Task Save(ChannelHandle[] batch, IReadOnlyList<AscentCheckpoint> checkpoints)
    {
        using var patience = Patience();
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelStores, CancellationToken = patience.Token };
            await Parallel.ForEachAsync(batch.Zip(checkpoints), options, async (item, token) =>
            {
                // Before it is tried: a write without an answer may have happened.
                item.First.IsSaved = true;
                await _checkpoints.SaveAsync(item.Second, token);
            });
            LogSaved(Name, checkpoints.Count, checkpoints[0].Task, checkpoints[0].Step);
            _instruments.OnSaved(checkpoints.Count);
        }
        catch (Exception e)
        {
            LogNotSaved(Name, checkpoints[0].Task, checkpoints[0].Step, e);
        }
    }

    /// <summary>A task that has ended needs its checkpoint no more.</summary>
    private async Task RemoveCheckpoint(ChannelHandle handle, RenderRecipe recipe)
    {
        if (handle.Begun is null && !handle.IsSaved)
        {
            return;
        }

        handle.Begun = null;
        using var patience = Patience();
        try
        {
            await _checkpoints.RemoveAsync(handle.Task, recipe.Hash, patience.Token);
        }
        catch (Exception e)
        {
            // The shard removes it when it next looks for checkpoints.
            LogNotRemoved(Name, handle.Task, e);
        }
    }

    private CancellationTokenSource Patience()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(_givenUp.Token);
        patience.CancelAfter(_options.CheckpointPatience);
        return patience;
    }
}
