using System.Globalization;

namespace AmViz.Storage;

/// <summary>Keeps what came of the tasks of passes of photographs: the statistics of each shard, and the summary that is written after all tables.</summary>
/// <remarks>Their addresses are those of <see cref="ResponseStore"/>: a pass that one process computed and one that a cluster computed are the same.</remarks>
/// <param name="blobs">Where.</param>
internal sealed class PassResults(IBlobStore blobs)
{
    /// <summary>Stores the result of a task.</summary>
    /// <returns>The task's row, and whether the store had the result before; the row is then that one's.</returns>
    public async Task<(ManifestEntry Entry, bool AlreadyThere)> CommitAsync(RenderedChannel computed, PassWork pass, CancellationToken cancellationToken)
    {
        var (task, recipe) = (computed.Record.Task, computed.Record.Recipe);
        var path = ResultLayout.PassResult(pass, task.Layer, task.Channel);
        if (await blobs.CreateAsync(path, computed.Picture, cancellationToken))
        {
            return (ManifestRows.Computed(task, recipe, computed.Picture.Span), AlreadyThere: false);
        }

        var there = await blobs.ReadAsync(path, cancellationToken)
            ?? throw new StorageException($"'{path}' of {blobs.Name} was removed while '{task}' was stored. Compute it again.") { CanRetry = true };
        return (ManifestRows.Computed(task, recipe, there.Content.Span), AlreadyThere: true);
    }

    /// <summary>The tasks of a shard whose results are in the store; see <see cref="ResultStore.FindAsync(Shard, IReadOnlyDictionary{int, long}, CancellationToken)"/>.</summary>
    public async Task<StoredPictures> FindAsync(Shard shard, PassWork pass, IReadOnlyDictionary<int, long> known, CancellationToken cancellationToken)
    {
        var (there, rebuilt) = (new HashSet<int>(), new SortedDictionary<int, ManifestEntry>());
        foreach (var (index, path, length) in await ListAsync(shard, pass, cancellationToken))
        {
            if (known.TryGetValue(index, out var written) && written == length)
            {
                there.Add(index);
            }
            else if (await blobs.ReadAsync(path, cancellationToken) is { } blob)
            {
                rebuilt[index] = ManifestRows.Computed(shard.TaskAt(index), shard.Recipe, blob.Content.Span);
            }
        }

        return new(there, rebuilt);
    }

    private async Task<IReadOnlyList<(int Index, BlobPath Path, long Length)>> ListAsync(Shard shard, PassWork pass, CancellationToken cancellationToken)
    {
        if (shard.Id.Layer == PassWork.Tables)
        {
            var summary = ResultLayout.PassResult(pass, shard.Id.Layer, 0);
            return await blobs.ReadPropertiesAsync(summary, cancellationToken) is { } properties ? [(0, summary, properties.Length)] : [];
        }

        var found = new List<(int, BlobPath, long)>();
        await foreach (var item in blobs.ListAsync(ResultLayout.ResponseShards(pass.Id), cancellationToken))
        {
            if (int.TryParse(item.Path.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && shard.IndexOf(number, shard.Seeds[0]) is { } index)
            {
                found.Add((index, item.Path, item.Length));
            }
        }

        return found;
    }
}
