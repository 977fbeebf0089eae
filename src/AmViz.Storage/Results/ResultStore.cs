using System.Collections.Concurrent;

namespace AmViz.Storage;

/// <summary>Reads the record out of a picture's file. The composition root brings it, since a store knows nothing of PNG.</summary>
/// <param name="picture">The whole file.</param>
/// <returns>Null if the file is torn, is no picture, or carries no record that can be read.</returns>
public delegate ChannelRecord? PictureRecordReader(ReadOnlyMemory<byte> picture);

/// <summary>The tasks of a shard whose pictures are in the store, by number; see <see cref="Shard.TaskAt"/>.</summary>
/// <param name="Known">Tasks whose picture is the one of their row.</param>
/// <param name="WithoutRow">Tasks whose picture no row is known of, ascending, with the row rebuilt from the picture.</param>
public sealed record StoredPictures(IReadOnlySet<int> Known, IReadOnlyDictionary<int, ManifestEntry> WithoutRow);

/// <summary>Keeps pictures, each at the address made from what determines its pixels, and what came of tasks that draw nothing. Work done twice counts once.</summary>
/// <param name="blobs">Where.</param>
/// <param name="readRecord">Reads a picture's own record.</param>
public sealed class ResultStore(IBlobStore blobs, PictureRecordReader readRecord)
{
    // Enough to hide the latency of a remote store, few enough to hold only some pictures in memory.
    private const int ParallelReads = 8;

    private readonly ComputedResults _computed = new(blobs);

    /// <summary>Stores the result of a task.</summary>
    /// <returns>The task's row of the manifest, and whether the store had the picture before; the row is then that picture's, not the new one's.</returns>
    /// <exception cref="CorruptBlobException">Another file lies at the picture's address.</exception>
    /// <exception cref="StoreUnreachableException">The store cannot be used.</exception>
    public async Task<(ManifestEntry Entry, bool AlreadyThere)> CommitAsync(RenderedChannel rendered, CancellationToken cancellationToken)
    {
        var record = rendered.Record;
        if (rendered.Outcome != ChannelOutcome.Rendered)
        {
            return (ManifestRows.WithoutPicture(rendered.Outcome, record, rendered.Error), AlreadyThere: false);
        }

        if (rendered.Work is { } work)
        {
            return await _computed.CommitAsync(rendered, work, cancellationToken);
        }

        var path = ResultLayout.Picture(record.Task, record.Recipe.Hash);
        if (await blobs.CreateAsync(path, rendered.Picture, cancellationToken))
        {
            return (ManifestRows.Rendered(record, path, rendered.Picture.Span), AlreadyThere: false);
        }

        var entry = await ReadRowAsync(record.Task, record.Recipe, path, cancellationToken)
            ?? throw new StorageException($"'{path}' of {blobs.Name} was removed while '{record.Task}' was stored. Draw it again.") { CanRetry = true };
        return (entry, AlreadyThere: true);
    }

    /// <summary>The row of a task whose picture may be in the store.</summary>
    /// <returns>Null if there is no picture.</returns>
    /// <exception cref="CorruptBlobException">Another file lies at its address.</exception>
    public Task<ManifestEntry?> FindAsync(ChannelTask task, RenderRecipe recipe, CancellationToken cancellationToken)
        => ReadRowAsync(task, recipe, ResultLayout.Picture(task, recipe.Hash), cancellationToken);

    /// <summary>The tasks of a shard whose pictures are in the store: one listing, and one read for each picture that has no known row.</summary>
    /// <param name="shard">Whose tasks.</param>
    /// <param name="known">Lengths of pictures whose rows are written, by number. A picture that is gone is not found, one of another length is read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>A file that is not the picture it should be is not found either; drawing that task ends in <see cref="CorruptBlobException"/>.</remarks>
    public async Task<StoredPictures> FindAsync(
        Shard shard, IReadOnlyDictionary<int, long> known, CancellationToken cancellationToken)
    {
        if (shard.Work is { } work)
        {
            return await _computed.FindAsync(shard, work, known, cancellationToken);
        }

        var recipeHash = shard.Recipe.Hash;
        var (there, rebuilt) = (new HashSet<int>(), new ConcurrentDictionary<int, ManifestEntry>());
        var unknown = new List<(int Index, BlobPath Path)>();
        var prefix = ResultLayout.Pictures(shard.Id.Model, shard.WeightsDigest, shard.Id.Layer, recipeHash);
        await foreach (var item in blobs.ListAsync(prefix, cancellationToken))
        {
            if (!ResultLayout.TryParsePicture(item.Path.Value[prefix.Length..], out var channel, out var seed) || shard.IndexOf(channel, seed) is not { } index)
            {
                continue;
            }

            if (known.TryGetValue(index, out var length) && length == item.Length)
            {
                there.Add(index);
            }
            else
            {
                unknown.Add((index, item.Path));
            }
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(unknown, options, async (item, token) =>
        {
            if (await TryReadRowAsync(shard.TaskAt(item.Index), shard.Recipe, item.Path, token) is { } row)
            {
                rebuilt[item.Index] = row;
            }
        });
        return new(there, new SortedDictionary<int, ManifestEntry>(rebuilt));
    }

    private async Task<ManifestEntry?> TryReadRowAsync(ChannelTask task, RenderRecipe recipe, BlobPath path, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadRowAsync(task, recipe, path, cancellationToken);
        }
        catch (CorruptBlobException)
        {
            return null;
        }
    }

    private async Task<ManifestEntry?> ReadRowAsync(ChannelTask task, RenderRecipe recipe, BlobPath path, CancellationToken cancellationToken)
    {
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        var record = readRecord(blob.Content)
            ?? throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is not a picture with a record. Remove the file; the next run draws it again.");
        return record.Task == task && record.Recipe.Hash == recipe.Hash
            ? ManifestRows.Rendered(record, path, blob.Content.Span)
            : throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} holds the picture of '{record.Task}', recipe {record.Recipe.Hash}; expected '{task}', recipe {recipe.Hash}. Remove the file; the next run draws it again.");
    }
}
