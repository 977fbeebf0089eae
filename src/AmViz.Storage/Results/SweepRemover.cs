using System.Collections.Concurrent;

namespace AmViz.Storage;

/// <summary>Removes sweeps from a store, each with what only it holds: a picture that another sweep plans stays. Killed in the middle, it goes on where it was when it is asked again.</summary>
/// <remarks>
/// Before anything else a marker says that the sweep is being removed; the plan, which says what is to go, goes last but for that marker. A sweep that is submitted meanwhile is written down first and
/// looks for markers then (<see cref="InTheWayOfAsync"/>), while the remover marks first and reads the plans then: one of the two sees the other.
/// </remarks>
/// <param name="blobs">Where.</param>
public sealed class SweepRemover(IBlobStore blobs)
{
    private const int ParallelDeletes = 8;
    private const int ParallelReads = 16;

    // Between two looks at the marker: somebody else may have removed the rest meanwhile, and the sweep may be drawn anew.
    private const int Stretch = 64;

    private readonly SweepStore _sweeps = new(blobs);

    /// <summary>Notes that a sweep is to be removed. Idempotent.</summary>
    /// <exception cref="CorruptBlobException">The plan of some sweep cannot be read, so that the removal could not be carried out. Nothing is noted.</exception>
    public async Task MarkAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        await _sweeps.ReadPlanAsync(sweep, cancellationToken);
        await OthersAsync(sweep, cancellationToken);
        await blobs.CreateAsync(ResultLayout.RemovalMarker(sweep), ReadOnlyMemory<byte>.Empty, cancellationToken);
    }

    /// <summary>Whether a sweep is to be removed and still there.</summary>
    public async Task<bool> IsMarkedAsync(SweepId sweep, CancellationToken cancellationToken)
        => await blobs.ReadPropertiesAsync(ResultLayout.RemovalMarker(sweep), cancellationToken) is not null;

    /// <summary>All sweeps that are to be removed.</summary>
    public async Task<IReadOnlyList<SweepId>> ListAsync(CancellationToken cancellationToken)
    {
        var marked = new List<SweepId>();
        await foreach (var item in blobs.ListAsync(ResultLayout.RemovalMarkers, cancellationToken))
        {
            if (SweepId.TryParse(item.Path.Name, out var sweep))
            {
                marked.Add(sweep);
            }
        }

        return marked;
    }

    /// <summary>Other sweeps that are being removed and have pictures that a plan may want too. A sweep begins only once there are none.</summary>
    public async Task<IReadOnlyList<SweepId>> InTheWayOfAsync(SweepPlan plan, CancellationToken cancellationToken)
    {
        var wanted = plan.Layers.Select(layer => PicturesOf(plan, layer)).ToHashSet(StringComparer.Ordinal);
        var inTheWay = new List<SweepId>();
        foreach (var sweep in await ListAsync(cancellationToken))
        {
            if (sweep != plan.Id && await ReadableAsync(sweep, cancellationToken) is { } other && other.Layers.Any(layer => wanted.Contains(PicturesOf(other, layer))))
            {
                inTheWay.Add(sweep);
            }
        }

        return inTheWay;
    }

    /// <summary>Removes a sweep that is marked.</summary>
    /// <exception cref="CorruptBlobException">The plan of some sweep cannot be read, so that nobody knows what it holds; pictures are left alone.</exception>
    /// <exception cref="StoreUnreachableException">The store cannot be used; asked again, it goes on.</exception>
    public async Task RemoveAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        if (await _sweeps.ReadPlanAsync(sweep, cancellationToken) is { } plan)
        {
            var others = await OthersAsync(sweep, cancellationToken);
            // First what promises that the rest is there.
            await blobs.DeleteAsync(ResultLayout.ManifestHeader(sweep), cancellationToken);
            foreach (var layer in plan.Layers)
            {
                await RemoveAsync(plan, layer, others, cancellationToken);
            }
        }

        await RemoveAllAsync(sweep, ResultLayout.Sweep(sweep), path => path != ResultLayout.Plan(sweep), cancellationToken);
        await blobs.DeleteAsync(ResultLayout.Plan(sweep), cancellationToken);
        await blobs.DeleteAsync(ResultLayout.RemovalMarker(sweep), cancellationToken);
    }

    /// <summary>All plans that hold pictures, but those of sweeps that are being removed too.</summary>
    private async Task<IReadOnlyList<SweepPlan>> OthersAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        var removed = (await ListAsync(cancellationToken)).Append(sweep).ToHashSet();
        var others = new ConcurrentBag<SweepPlan>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_sweeps.ListAsync(cancellationToken).Where(other => !removed.Contains(other)), options, async (other, token) =>
        {
            if (await _sweeps.ReadPlanAsync(other, token) is { } plan)
            {
                others.Add(plan);
            }
        });
        return [.. others];
    }

    /// <summary>A plan, unless it is damaged: nothing is removed of such a sweep before somebody mends it, and then its remover sees who came meanwhile.</summary>
    private async Task<SweepPlan?> ReadableAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        try
        {
            return await _sweeps.ReadPlanAsync(sweep, cancellationToken);
        }
        catch (CorruptBlobException)
        {
            return null;
        }
    }

    private async Task RemoveAsync(SweepPlan plan, PlannedLayer layer, IReadOnlyList<SweepPlan> others, CancellationToken cancellationToken)
    {
        var pictures = PicturesOf(plan, layer);
        (PlannedLayer Layer, IReadOnlyList<int> Seeds)[] holders =
            [.. from other in others from held in other.Layers where PicturesOf(other, held) == pictures select (held, other.Seeds)];
        await RemoveAllAsync(plan.Id, pictures, path => ResultLayout.TryParsePicture(path.Name, out var channel, out var seed) && IsOnlyOurs(channel, seed), cancellationToken);
        await RemoveAllAsync(
            plan.Id, ResultLayout.Checkpoints(layer.Model, layer.WeightsDigest, layer.Layer, plan.RecipeFor(layer).Hash),
            path => ResultLayout.TryParseCheckpoint(path.Name, out var channel, out var seed) && IsOnlyOurs(channel, seed), cancellationToken);

        bool IsOnlyOurs(int channel, int seed)
            => layer.Channels.Contains(channel) && plan.Seeds.Contains(seed) && !Array.Exists(holders, holder => holder.Layer.Channels.Contains(channel) && holder.Seeds.Contains(seed));
    }

    private async Task RemoveAllAsync(SweepId sweep, string prefix, Func<BlobPath, bool> isMeant, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelDeletes, CancellationToken = cancellationToken };
        // Listed whole first: what is deleted while it is listed may hide what follows.
        var meant = await blobs.ListAsync(prefix, cancellationToken).Select(item => item.Path).Where(isMeant).ToListAsync(cancellationToken);
        foreach (var some in meant.Chunk(Stretch))
        {
            if (!await IsMarkedAsync(sweep, cancellationToken))
            {
                throw new StorageException($"The sweep '{sweep}' of {blobs.Name} was removed by somebody else meanwhile. Nothing is left to do.");
            }

            await Parallel.ForEachAsync(some, options, async (path, token) => await blobs.DeleteAsync(path, token));
        }
    }

    private static string PicturesOf(SweepPlan plan, PlannedLayer layer) => ResultLayout.Pictures(layer.Model, layer.WeightsDigest, layer.Layer, plan.RecipeFor(layer).Hash);
}
