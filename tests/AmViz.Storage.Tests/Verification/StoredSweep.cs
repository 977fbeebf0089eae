using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

/// <summary>Sweeps in a store, and damage to them.</summary>
internal static class StoredSweep
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Does to the store what a sweep does; a task whose outcome is null is left out.</summary>
    public static async Task FinishAsync(
        IBlobStore blobs, SweepPlan plan, Func<ChannelTask, ChannelOutcome?>? outcome = null, Func<ManifestEntry, ManifestEntry>? change = null,
        bool fold = true, long epoch = 0)
    {
        await new SweepStore(blobs).CreateAsync(plan, Token);
        var results = new ResultStore(blobs, FakePictures.ReadRecord);
        foreach (var shard in plan.Shards())
        {
            var rows = new List<PartRow>();
            foreach (var task in shard.Tasks())
            {
                if ((outcome is null ? ChannelOutcome.Rendered : outcome(task)) is { } end)
                {
                    var ended = end == ChannelOutcome.Rendered ? SampleSweeps.Rendered(task, shard.Recipe) : SampleSweeps.NotRendered(end, task, shard.Recipe);
                    var committed = await results.CommitAsync(ended, Token);
                    rows.Add(new(change?.Invoke(committed.Entry) ?? committed.Entry, SampleSweeps.Run(task, end)));
                }
            }

            await new ManifestParts(blobs).AppendAsync(shard.Id, epoch, 0, rows, Token);
        }

        if (fold)
        {
            await new ManifestWriter(blobs).FoldAsync(plan, Token);
        }
    }

    /// <summary>Does one of six kinds of damage to a shard.</summary>
    public static async Task DamageAsync(MemoryBlobStore blobs, Shard shard, int kind, int index)
    {
        var picture = ResultLayout.Picture(shard.TaskAt(index), shard.Recipe.Hash);
        var content = (await blobs.ReadAsync(picture, Token))?.Content.ToArray();
        switch (kind)
        {
            case 0:
                await blobs.DeleteAsync(picture, Token);
                break;
            case 1 when content is not null:
                content[^7] ^= 1;
                blobs.Plant(picture, content);
                break;
            case 2:
                blobs.Plant(picture, "half a picture"u8.ToArray());
                break;
            case 3:
                blobs.Plant(new($"{ResultLayout.Parts(shard.Id)}damaged-{index}.jsonl"), "{"u8.ToArray());
                break;
            case 4:
                foreach (var part in await blobs.ListAsync(ResultLayout.Parts(shard.Id), Token).Take(1).ToListAsync(Token))
                {
                    await blobs.DeleteAsync(part.Path, Token);
                }

                break;
            default:
                await blobs.DeleteAsync(index % 2 == 0 ? ResultLayout.Manifest(shard.Id.Sweep) : ResultLayout.ManifestHeader(shard.Id.Sweep), Token);
                break;
        }
    }
}
