using BitFaster.Caching.Lru;

namespace AmViz.Storage;

/// <summary>Keeps where unfinished pictures stand, one checkpoint a picture, until the picture is there.</summary>
/// <remarks>
/// A checkpoint only ever gives way to one with more steps: a device that was thought dead and wakes up takes nothing back. What
/// cannot be read counts as absent. Losing all of them costs time and nothing else.
/// </remarks>
/// <param name="blobs">Where.</param>
public sealed class CheckpointStore(IBlobStore blobs)
{
    /// <summary>Most checkpoints that are remembered, those written or read last: more than the devices of a silo have in hand.</summary>
    internal const int Capacity = 4096;

    // Of the checkpoints written or read here: to replace one's own, it need not be read again. One that is forgotten is read.
    private readonly ConcurrentLru<BlobPath, (string ETag, int Step)> _seen = new(Capacity);

    /// <summary>Checkpoints that are remembered.</summary>
    internal int Remembered => _seen.Count;

    /// <summary>The checkpoint of a task.</summary>
    /// <returns>Null if there is none that can be used; a damaged one is removed.</returns>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public async Task<AscentCheckpoint?> LoadAsync(ChannelTask task, string recipeHash, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Checkpoint(task, recipeHash);
        var (isThere, checkpoint) = await LookAsync(path, task, recipeHash, cancellationToken);
        if (isThere && checkpoint is null)
        {
            await RemoveAsync(task, recipeHash, cancellationToken);
        }

        return checkpoint;
    }

    /// <summary>Saves a checkpoint, unless one with as many steps is there.</summary>
    /// <returns>False if there is one.</returns>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public async Task<bool> SaveAsync(AscentCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Checkpoint(checkpoint.Task, checkpoint.RecipeHash);
        var file = CheckpointFile.Write(checkpoint);
        for (var looked = false; ; looked = true)
        {
            var hasSeen = _seen.TryGet(path, out var seen);
            if (!hasSeen || seen.Step < checkpoint.Step)
            {
                if (await blobs.ReplaceAsync(path, file, hasSeen ? seen.ETag : null, cancellationToken) is { } etag)
                {
                    _seen.AddOrUpdate(path, (etag, checkpoint.Step));
                    return true;
                }
            }
            else if (looked)
            {
                return false;
            }

            // Somebody else has written or removed it.
            await LookAsync(path, checkpoint.Task, checkpoint.RecipeHash, cancellationToken);
        }
    }

    /// <summary>Removes the checkpoint of a task, if there is one.</summary>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public async Task RemoveAsync(ChannelTask task, string recipeHash, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Checkpoint(task, recipeHash);
        _seen.TryRemove(path);
        await blobs.DeleteAsync(path, cancellationToken);
    }

    /// <summary>Numbers of the tasks of a shard that have a checkpoint, ascending: one listing.</summary>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public async Task<IReadOnlyList<int>> ListAsync(Shard shard, CancellationToken cancellationToken)
    {
        var recipeHash = shard.Recipe.Hash;
        var found = new HashSet<BlobPath>();
        await foreach (var item in blobs.ListAsync(ResultLayout.Checkpoints(shard.Id.Model, shard.WeightsDigest, shard.Id.Layer, recipeHash), cancellationToken))
        {
            found.Add(item.Path);
        }

        return found.Count == 0 ? [] : [.. shard.Tasks().Index()
            .Where(task => found.Contains(ResultLayout.Checkpoint(task.Item, recipeHash)))
            .Select(task => task.Index)];
    }

    /// <summary>Finds out what lies there now. What cannot be read has no steps, and gives way to any other.</summary>
    private async Task<(bool IsThere, AscentCheckpoint? Checkpoint)> LookAsync(
        BlobPath path, ChannelTask task, string recipeHash, CancellationToken cancellationToken)
    {
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            _seen.TryRemove(path);
            return (false, null);
        }

        var checkpoint = CheckpointFile.TryRead(blob.Content) is { } read && read.Task == task && read.RecipeHash == recipeHash ? read : null;
        _seen.AddOrUpdate(path, (blob.ETag, checkpoint?.Step ?? 0));
        return (true, checkpoint);
    }
}
