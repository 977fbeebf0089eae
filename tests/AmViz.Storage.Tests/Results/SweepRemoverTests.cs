using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class SweepRemoverTests
{
    private static readonly LayerFacts Conv = new("conv_1", 6, IsLogits: false);

    private static readonly LayerFacts Logits = new("logits", 4, IsLogits: true);

    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatAnotherSweepPlansStays()
    {
        var (mine, other) = (await StoreAsync([Conv, Logits], seeds: [0, 1]), await StoreAsync([Conv], seeds: [1, 2]));
        await RemoveAsync(mine, _store);
        var left = await PathsAsync();
        Assert.DoesNotContain(left, path => path.Contains(mine.Id.Value, StringComparison.Ordinal));
        Assert.Equal(PicturesOf(other), left.Where(path => path.StartsWith("results/", StringComparison.Ordinal)));
        // Of its unfinished pictures too.
        Assert.Equal(6 * 2, left.Count(path => path.StartsWith("checkpoints/", StringComparison.Ordinal)));

        await RemoveAsync(other, _store);
        Assert.Empty(await PathsAsync());
    }

    [Fact]
    public async Task KilledAtAnyMomentItGoesOnAndLeavesNothing()
    {
        var other = await StoreAsync([Conv], seeds: [1]);
        var kept = await PathsAsync();
        for (var deletions = 0; ; deletions++)
        {
            var mine = await StoreAsync([Conv, Logits], seeds: [0, 1]);
            var remover = new SweepRemover(_store);
            await remover.MarkAsync(mine.Id, Token);
            try
            {
                await new SweepRemover(new MortalStore(_store, deletions)).RemoveAsync(mine.Id, Token);
                break;
            }
            catch (StoreUnreachableException)
            {
                Assert.True(await remover.IsMarkedAsync(mine.Id, Token));
                Assert.Equal([mine.Id], await remover.ListAsync(Token));
            }

            await remover.RemoveAsync(mine.Id, Token);
            Assert.Equal(kept, await PathsAsync());
        }

        Assert.Equal(kept, await PathsAsync());
        Assert.Contains(PicturesOf(other)[0], kept);
    }

    [Fact]
    public async Task TwoSweepsThatShareEverythingAndAreRemovedTogetherLeaveNothing()
    {
        var (first, second) = (await StoreAsync([Conv, Logits], seeds: [0]), await StoreAsync([Conv], seeds: [0]));
        var remover = new SweepRemover(_store);
        await remover.MarkAsync(first.Id, Token);
        await remover.MarkAsync(second.Id, Token);
        await Task.WhenAll(remover.RemoveAsync(first.Id, Token), remover.RemoveAsync(second.Id, Token));
        Assert.Empty(await PathsAsync());
    }

    [Fact]
    public async Task ASweepThatWantsTheSamePicturesWaits()
    {
        var mine = await StoreAsync([Conv, Logits], seeds: [0]);
        var remover = new SweepRemover(_store);
        await remover.MarkAsync(mine.Id, Token);
        Assert.Equal([mine.Id], await remover.InTheWayOfAsync(SampleSweeps.Plan([Logits], seeds: [5]), Token));
        Assert.Empty(await remover.InTheWayOfAsync(mine, Token));
        Assert.Empty(await remover.InTheWayOfAsync(SampleSweeps.Plan([Logits], recipe: Recipes.Paper with { Steps = 9 }), Token));
        await remover.RemoveAsync(mine.Id, Token);
        Assert.Empty(await remover.InTheWayOfAsync(SampleSweeps.Plan([Logits], seeds: [5]), Token));
    }

    [Fact]
    public async Task WhereAPlanCannotBeReadNoRemovalBegins()
    {
        var mine = await StoreAsync([Conv], seeds: [0]);
        await DamageAsync(SampleSweeps.Plan([Logits]).Id);
        var before = await PathsAsync();
        await Assert.ThrowsAsync<CorruptBlobException>(() => new SweepRemover(_store).MarkAsync(mine.Id, Token));
        Assert.Equal(before, await PathsAsync());
    }

    [Fact]
    public async Task WhereAPlanCannotBeReadAnyMoreNoPictureIsTouched()
    {
        var mine = await StoreAsync([Conv], seeds: [0]);
        var remover = new SweepRemover(_store);
        await remover.MarkAsync(mine.Id, Token);
        await DamageAsync(SampleSweeps.Plan([Logits]).Id);
        var before = await PathsAsync();
        await Assert.ThrowsAsync<CorruptBlobException>(() => remover.RemoveAsync(mine.Id, Token));
        Assert.Equal(before, await PathsAsync());
    }

    [Fact]
    public async Task AMarkedSweepWhosePlanCannotBeReadIsInNobodysWay()
    {
        var mine = await StoreAsync([Conv], seeds: [0]);
        var remover = new SweepRemover(_store);
        await remover.MarkAsync(mine.Id, Token);
        await DamageAsync(mine.Id);
        Assert.Empty(await remover.InTheWayOfAsync(SampleSweeps.Plan([Conv], seeds: [5]), Token));
        await Assert.ThrowsAsync<CorruptBlobException>(() => remover.RemoveAsync(mine.Id, Token));
    }

    [Fact]
    public async Task WhoFindsTheMarkerGoneStops()
    {
        var mine = await StoreAsync([Conv], seeds: [0]);
        await Assert.ThrowsAsync<StorageException>(() => new SweepRemover(_store).RemoveAsync(mine.Id, Token));
        Assert.Equal(PicturesOf(mine), (await PathsAsync()).Where(path => path.StartsWith("results/", StringComparison.Ordinal)));
    }

    private static async Task RemoveAsync(SweepPlan plan, IBlobStore store)
    {
        var remover = new SweepRemover(store);
        await remover.MarkAsync(plan.Id, Token);
        await remover.RemoveAsync(plan.Id, Token);
    }

    private async Task DamageAsync(SweepId sweep)
    {
        await _store.DeleteAsync(ResultLayout.Plan(sweep), Token);
        await _store.CreateAsync(ResultLayout.Plan(sweep), "{"u8.ToArray(), Token);
    }

    /// <summary>A sweep with all that one may have.</summary>
    private async Task<SweepPlan> StoreAsync(IReadOnlyList<LayerFacts> layers, IReadOnlyList<int> seeds)
    {
        var plan = SampleSweeps.Plan(layers, seeds);
        await new SweepStore(_store).CreateAsync(plan, Token);
        foreach (var shard in plan.Shards())
        {
            foreach (var task in shard.Tasks())
            {
                await _store.CreateAsync(ResultLayout.Picture(task, shard.Recipe.Hash), new byte[1], Token);
                await _store.CreateAsync(ResultLayout.Checkpoint(task, shard.Recipe.Hash), new byte[1], Token);
            }

            await _store.CreateAsync(ResultLayout.Part(shard.Id, 0, 0, "0123abcd"), new byte[1], Token);
        }

        foreach (var path in new[] { ResultLayout.JournalEntry(plan.Id, 1), ResultLayout.Manifest(plan.Id), ResultLayout.ManifestHeader(plan.Id), ResultLayout.RunLog(plan.Id) })
        {
            await _store.CreateAsync(path, new byte[1], Token);
        }

        return plan;
    }

    private static string[] PicturesOf(SweepPlan plan) => [.. plan.Shards().SelectMany(shard => shard.Tasks().Select(task => ResultLayout.Picture(task, shard.Recipe.Hash).Value)).Order(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<string>> PathsAsync() => await _store.ListAsync("", Token).Select(item => item.Path.Value).ToListAsync(Token);
}
