namespace AmViz.Storage;

/// <summary>Keeps what came of tasks that draw nothing: a file each, at the address that it has where one process computes it alone.</summary>
/// <param name="blobs">Where.</param>
internal sealed class ComputedResults(IBlobStore blobs)
{
    /// <summary>Stores the result of a task.</summary>
    /// <returns>The task's row, and whether the store had the result before; the row is then that one's.</returns>
    public async Task<(ManifestEntry Entry, bool AlreadyThere)> CommitAsync(RenderedChannel computed, IComputedWork work, CancellationToken cancellationToken)
    {
        var (task, recipe) = (computed.Record.Task, computed.Record.Recipe);
        var path = ResultLayout.Computed(work, task.Layer, task.Channel);
        if (await blobs.CreateAsync(path, computed.Picture, cancellationToken))
        {
            return (ManifestRows.Computed(task, recipe, computed.Picture.Span), AlreadyThere: false);
        }

        var there = await blobs.ReadAsync(path, cancellationToken)
            ?? throw new StorageException($"'{path}' of {blobs.Name} was removed while '{task}' was stored. Compute it again.") { CanRetry = true };
        return (ManifestRows.Computed(task, recipe, there.Content.Span), AlreadyThere: true);
    }

    /// <summary>The tasks of a shard whose results are in the store; see <see cref="ResultStore.FindAsync(Shard, IReadOnlyDictionary{int, long}, CancellationToken)"/>.</summary>
    public async Task<StoredPictures> FindAsync(Shard shard, IComputedWork work, IReadOnlyDictionary<int, long> known, CancellationToken cancellationToken)
    {
        var (there, rebuilt) = (new HashSet<int>(), new SortedDictionary<int, ManifestEntry>());
        foreach (var (index, path, length) in await ListAsync(shard, work, cancellationToken))
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

    private async Task<IReadOnlyList<(int Index, BlobPath Path, long Length)>> ListAsync(Shard shard, IComputedWork work, CancellationToken cancellationToken)
    {
        var indexes = Enumerable.Range(0, shard.Count).ToDictionary(index => ResultLayout.Computed(work, shard.Id.Layer, shard.TaskAt(index).Channel));
        var first = indexes.First().Key;
        if (indexes.Count == 1)
        {
            return await blobs.ReadPropertiesAsync(first, cancellationToken) is { } properties ? [(0, first, properties.Length)] : [];
        }

        // Those of a shard lie in one folder.
        var folder = first.Value[..^first.Name.Length];
        return await blobs.ListAsync(folder, cancellationToken).Where(item => indexes.ContainsKey(item.Path)).Select(item => (indexes[item.Path], item.Path, item.Length)).ToListAsync(cancellationToken);
    }
}
