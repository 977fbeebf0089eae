using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class CheckpointStoreTests
{
    private static readonly Shard Shard = SampleSweeps.Small.Shards().First();

    private readonly MemoryBlobStore _blobs = new();
    private readonly CheckpointStore _store;

    public CheckpointStoreTests() => _store = new(_blobs);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static BlobPath Path => ResultLayout.Checkpoint(Shard.TaskAt(2), Shard.Recipe.Hash);

    [Fact]
    public async Task WhatIsSavedIsLoadedAgainByAnother()
    {
        var saved = At(5) with { State = Enumerable.Range(0, 1000).Select(n => (byte)n).ToArray() };
        Assert.True(await _store.SaveAsync(saved, Token));
        var loaded = await LoadAsync();
        Assert.Equal(saved with { State = default }, loaded! with { State = default });
        Assert.Equal(saved.State.ToArray(), loaded.State.ToArray());
        Assert.Null(await _store.LoadAsync(Shard.TaskAt(3), Shard.Recipe.Hash, Token));
        Assert.Null(await _store.LoadAsync(Shard.TaskAt(2), "0123456789ab", Token));
    }

    [Fact]
    public async Task FewerOrEqualStepsNeverReplaceMore()
    {
        var zombie = new CheckpointStore(_blobs);
        Assert.True(await zombie.SaveAsync(At(3), Token));
        Assert.True(await _store.SaveAsync(At(8), Token));
        Assert.False(await zombie.SaveAsync(At(4), Token));
        Assert.False(await zombie.SaveAsync(At(8), Token));
        Assert.Equal(8, (await LoadAsync())!.Step);
        Assert.True(await zombie.SaveAsync(At(9), Token));
        Assert.Equal(9, (await LoadAsync())!.Step);
        Assert.False(await _store.SaveAsync(At(9), Token));
    }

    [Fact]
    public async Task OfManyWritersAtOnceTheOneWithMostStepsIsLeft()
    {
        using var folder = new TemporaryFolder();
        var blobs = new FolderBlobStore(folder.Path);
        await Task.WhenAll(Enumerable.Range(1, 24).Select(step => new CheckpointStore(blobs).SaveAsync(At(step), Token)));
        Assert.Equal(24, (await new CheckpointStore(blobs).LoadAsync(Shard.TaskAt(2), Shard.Recipe.Hash, Token))!.Step);
    }

    [Fact]
    public async Task CheckpointsOfTasksThatEndElsewhereAreForgottenAndReadIfTheyAreMetAgain()
    {
        await _store.SaveAsync(At(3), Token);
        for (var sweep = 0; sweep < 3 * CheckpointStore.Capacity; sweep++)
        {
            await _store.SaveAsync(At(3) with { RecipeHash = $"{sweep:x12}" }, Token);
        }

        Assert.InRange(_store.Remembered, 1, CheckpointStore.Capacity);
        Assert.True(await _store.SaveAsync(At(4), Token));
        Assert.Equal(1, _blobs.Reads);
    }

    [Fact]
    public async Task OnesOwnCheckpointIsReplacedWithoutReadingIt()
    {
        await _store.SaveAsync(At(3), Token);
        await _store.SaveAsync(At(4), Token);
        Assert.Equal(0, _blobs.Reads);
    }

    [Fact]
    public async Task AfterSomebodyRemovedItAWriterMayBeginAnew()
    {
        await _store.SaveAsync(At(8), Token);
        await new CheckpointStore(_blobs).RemoveAsync(Shard.TaskAt(2), Shard.Recipe.Hash, Token);
        Assert.True(await _store.SaveAsync(At(2), Token));
        Assert.Equal(2, (await LoadAsync())!.Step);
    }

    [Fact]
    public async Task NoDamageIsEverRead()
    {
        await _store.SaveAsync(At(5), Token);
        var whole = (await _blobs.ReadAsync(Path, Token))!.Content.ToArray();
        for (var place = 0; place < whole.Length; place++)
        {
            await AssertAbsent([.. whole[..place], (byte)(whole[place] ^ (1 << (place % 8))), .. whole[(place + 1)..]]);
            await AssertAbsent(whole[..place]);
        }

        await AssertAbsent([.. whole, 0]);
        await AssertAbsent("a file of somebody else"u8.ToArray());
    }

    [Fact]
    public async Task ADamagedCheckpointIsReplacedByAnyOther()
    {
        _blobs.Plant(Path, "torn"u8.ToArray());
        Assert.True(await _store.SaveAsync(At(1), Token));
        Assert.Equal(1, (await LoadAsync())!.Step);
    }

    [Fact]
    public async Task ACheckpointUnderAnothersNameIsNotUsed()
    {
        await _store.SaveAsync(SampleSweeps.Checkpoint(Shard.TaskAt(4), Shard.Recipe, 5), Token);
        var other = await _blobs.ReadAsync(ResultLayout.Checkpoint(Shard.TaskAt(4), Shard.Recipe.Hash), Token);
        await AssertAbsent(other!.Content.ToArray());
    }

    [Fact]
    public async Task AShardsCheckpointsAreFoundInOneListing()
    {
        foreach (var task in (int[])[7, 1])
        {
            await _store.SaveAsync(SampleSweeps.Checkpoint(Shard.TaskAt(task), Shard.Recipe, 5), Token);
        }

        await _store.SaveAsync(SampleSweeps.Checkpoint(SampleSweeps.Small.Shards().Last().TaskAt(0), Shard.Recipe, 5), Token);
        var (listings, reads) = (_blobs.Listings, _blobs.Reads);
        Assert.Equal([1, 7], await _store.ListAsync(Shard, Token));
        Assert.Equal((listings + 1, reads), (_blobs.Listings, _blobs.Reads));
    }

    private static AscentCheckpoint At(int step) => SampleSweeps.Checkpoint(Shard.TaskAt(2), Shard.Recipe, step);

    private Task<AscentCheckpoint?> LoadAsync() => new CheckpointStore(_blobs).LoadAsync(Shard.TaskAt(2), Shard.Recipe.Hash, Token);

    private async Task AssertAbsent(byte[] file)
    {
        _blobs.Plant(Path, file);
        Assert.Null(await LoadAsync());
        Assert.Null(await _blobs.ReadAsync(Path, Token));
    }
}
