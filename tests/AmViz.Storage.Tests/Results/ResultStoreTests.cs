using System.Security.Cryptography;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class ResultStoreTests
{
    private static readonly Dictionary<int, long> Nothing = [];

    private static readonly Shard Shard = SampleSweeps.Small.Shards().First();
    private readonly MemoryBlobStore _blobs = new();
    private readonly ResultStore _results;

    public ResultStoreTests() => _results = new(_blobs, FakePictures.ReadRecord);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARenderedChannelIsStoredAndItsRowSaysWhatIsInTheStore()
    {
        var rendered = SampleSweeps.Rendered(Shard.TaskAt(5), Shard.Recipe);
        var committed = await _results.CommitAsync(rendered, Token);
        var stored = await _blobs.ReadAsync(new(committed.Entry.Picture!), Token);
        Assert.False(committed.AlreadyThere);
        Assert.Equal(rendered.Picture.ToArray(), stored!.Content.ToArray());
        Assert.Equal(
            new ManifestEntry
            {
                Model = "fakenet",
                WeightsDigest = Shard.WeightsDigest,
                Layer = "conv_1",
                Channel = 2,
                Seed = 3,
                Recipe = Shard.Recipe.Hash,
                Steps = 8,
                Outcome = ChannelOutcome.Rendered,
                InitialObjective = 0.25f,
                FinalObjective = 2.375f,
                Picture = $"results/fakenet@{Shard.WeightsDigest[..12]}/conv_1/{Shard.Recipe.Hash}/2-s3.png",
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(stored.Content.Span)),
                Bytes = stored.Content.Length,
            },
            committed.Entry);
    }

    [Fact]
    public async Task TheRowOfAPictureThatWasThereIsThatPicturesOwn()
    {
        var first = await _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(5), Shard.Recipe, "of the first"), Token);
        var second = await _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(5), Shard.Recipe, "of the second, longer"), Token);
        Assert.True(second.AlreadyThere);
        Assert.Equal(first.Entry, second.Entry);
    }

    [Theory]
    [InlineData(ChannelOutcome.Dead, true)]
    [InlineData(ChannelOutcome.NotFinite, true)]
    [InlineData(ChannelOutcome.Failed, false)]
    public async Task AChannelWithoutAPictureStoresNothingAndKeepsItsError(ChannelOutcome outcome, bool knowsItsObjective)
    {
        var committed = await _results.CommitAsync(SampleSweeps.NotRendered(outcome, Shard.TaskAt(0), Shard.Recipe, "why"), Token);
        Assert.Equal(0, _blobs.Writes);
        Assert.Equal((outcome, "why"), (committed.Entry.Outcome, committed.Entry.Error));
        Assert.Equal(knowsItsObjective ? 0.25f : null, committed.Entry.InitialObjective);
        Assert.Equal((null, null, null, null), (committed.Entry.FinalObjective, committed.Entry.Picture, committed.Entry.Sha256, committed.Entry.Bytes));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public async Task AnObjectiveThatIsNoNumberIsNullInTheRow(float initial)
    {
        var ended = SampleSweeps.NotRendered(ChannelOutcome.NotFinite, Shard.TaskAt(0), Shard.Recipe);
        ended = ended with { Record = ended.Record with { Objective = ended.Record.Objective with { Initial = initial } } };
        Assert.Null((await _results.CommitAsync(ended, Token)).Entry.InitialObjective);
    }

    [Fact]
    public async Task AForeignFileAtThePicturesAddressIsNamedAndStays()
    {
        var path = ResultLayout.Picture(Shard.TaskAt(5), Shard.Recipe.Hash);
        _blobs.Plant(path, "not a picture"u8.ToArray());
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(5), Shard.Recipe), Token));
        Assert.Equal(path, error.Path);
        Assert.False(error.CanRetry);
        Assert.Equal("not a picture"u8.ToArray(), (await _blobs.ReadAsync(path, Token))!.Content.ToArray());
    }

    [Fact]
    public async Task AnotherTasksPictureAtTheAddressIsNotTakenForThisOnes()
    {
        _blobs.Plant(ResultLayout.Picture(Shard.TaskAt(5), Shard.Recipe.Hash), SampleSweeps.Rendered(Shard.TaskAt(4), Shard.Recipe).Picture);
        await Assert.ThrowsAsync<CorruptBlobException>(() => _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(5), Shard.Recipe), Token));
        AssertEmpty(await _results.FindAsync(Shard, Nothing, Token));
    }

    [Fact]
    public async Task WhatIsStoredIsFoundByOneListing()
    {
        var entries = new Dictionary<int, ManifestEntry>();
        foreach (var index in (int[])[7, 0, 11])
        {
            entries[index] = (await _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(index), Shard.Recipe), Token)).Entry;
        }

        var found = await _results.FindAsync(Shard, Nothing, Token);
        Assert.Equal(1, _blobs.Listings);
        Assert.Empty(found.Known);
        Assert.Equal([0, 7, 11], found.WithoutRow.Keys);
        Assert.All(found.WithoutRow, picture => Assert.Equal(entries[picture.Key], picture.Value));
    }

    [Fact]
    public async Task APictureWithAKnownRowIsNotReadAgain()
    {
        var entry = (await _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(5), Shard.Recipe), Token)).Entry;
        var found = await _results.FindAsync(Shard, Known((5, entry)), Token);
        Assert.Equal([5], found.Known);
        Assert.Empty(found.WithoutRow);
        Assert.Equal(0, _blobs.Reads);
    }

    [Fact]
    public async Task AKnownRowWhosePictureIsGoneOrChangedDoesNotCount()
    {
        var gone = (await _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(5), Shard.Recipe), Token)).Entry;
        var changed = (await _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(6), Shard.Recipe), Token)).Entry;
        await _blobs.DeleteAsync(new(gone.Picture!), Token);
        _blobs.Plant(new(changed.Picture!), SampleSweeps.Rendered(Shard.TaskAt(6), Shard.Recipe, "pixels of another length").Picture);
        var found = await _results.FindAsync(Shard, Known((5, gone), (6, changed)), Token);
        Assert.Empty(found.Known);
        Assert.NotEqual(changed, Assert.Single(found.WithoutRow, picture => picture.Key == 6).Value);
        Assert.Single(found.WithoutRow);
    }

    [Fact]
    public async Task PicturesOfOtherSeedsChannelsAndRecipesAreNotThoseOfTheShard()
    {
        var task = Shard.TaskAt(0);
        await _results.CommitAsync(SampleSweeps.Rendered(task with { Seed = 99 }, Shard.Recipe), Token);
        await _results.CommitAsync(SampleSweeps.Rendered(task with { Channel = 99 }, Shard.Recipe), Token);
        await _results.CommitAsync(SampleSweeps.Rendered(task, Shard.Recipe with { Steps = 9 }), Token);
        AssertEmpty(await _results.FindAsync(Shard, Nothing, Token));
    }

    [Fact]
    public async Task AnOutageIsNotTakenForAnEmptyStore()
    {
        _blobs.Outage = new("memory:test", "out of reach");
        await Assert.ThrowsAsync<StoreUnreachableException>(() => _results.FindAsync(Shard, Nothing, Token));
        await Assert.ThrowsAsync<StoreUnreachableException>(() => _results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(0), Shard.Recipe), Token));
    }

    private static void AssertEmpty(StoredPictures found)
    {
        Assert.Empty(found.Known);
        Assert.Empty(found.WithoutRow);
    }

    private static Dictionary<int, long> Known(params (int Index, ManifestEntry Entry)[] rows) => rows.ToDictionary(row => row.Index, row => row.Entry.Bytes!.Value);
}
