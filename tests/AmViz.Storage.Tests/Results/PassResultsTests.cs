using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

/// <summary>What came of tasks of passes of photographs lies where a pass of one process has it, and is found, verified and mended like pictures.</summary>
public sealed class PassResultsTests
{
    private static readonly PassWork Pass = new("0123456789abcdef", Crops: 9, EffectiveFields: 0);
    private static readonly SweepPlan Plan = PassPlanner.Plan(Pass, "fakenet", new('a', 64), size: 64, shards: 5, runs: 32, failureBudget: null);
    private static readonly Shard Photographs = Plan.Shards().First();
    private static readonly Shard Tables = Plan.Shards().Last();
    private static readonly Dictionary<int, long> Nothing = [];

    private readonly MemoryBlobStore _blobs = new();
    private readonly ResultStore _results;

    public PassResultsTests() => _results = new(_blobs, FakePictures.ReadRecord);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResultsLieWhereThoseOfAPassLie()
    {
        await CommitAsync(Photographs, 3, "shard 3");
        await CommitAsync(Tables, 0, "summary");
        Assert.NotNull(await _blobs.ReadAsync(ResultLayout.ResponseShard(Pass.Id, 3), Token));
        Assert.NotNull(await _blobs.ReadAsync(new($"responses/{Pass.Id}/crops9-fields0/responses.json"), Token));
    }

    [Fact]
    public async Task ARowNamesNoPictureAndTellsWhatIsStored()
    {
        var first = await CommitAsync(Photographs, 3, "shard 3");
        Assert.Equal((ChannelOutcome.Rendered, null, 7L), (first.Entry.Outcome, first.Entry.Picture, first.Entry.Bytes));
        var second = await CommitAsync(Photographs, 3, "of another device");
        Assert.True(second.AlreadyThere);
        Assert.Equal(first.Entry, second.Entry);
    }

    [Fact]
    public async Task WhatIsStoredIsFoundWithItsRow()
    {
        var rows = new[] { await CommitAsync(Photographs, 0, "shard"), await CommitAsync(Photographs, 4, "shard") };
        Assert.Empty((await _results.FindAsync(Tables, Nothing, Token)).WithoutRow);
        var tables = await CommitAsync(Tables, 0, "summary");

        var found = await _results.FindAsync(Photographs, new Dictionary<int, long> { [4] = 5, [1] = 5 }, Token);
        Assert.Equal([4], found.Known);
        Assert.Equal(rows[0].Entry, Assert.Single(found.WithoutRow).Value);
        Assert.Equal(tables.Entry, Assert.Single((await _results.FindAsync(Tables, Nothing, Token)).WithoutRow).Value);
    }

    [Fact]
    public async Task WhatIsGoneOrChangedIsSeenAndWhatHasRottenMakesRoom()
    {
        await FinishAsync();
        Assert.True((await VerifyAsync()).Passed);

        _blobs.Plant(ResultLayout.ResponseShard(Pass.Id, 1), "rotte"u8.ToArray());
        await _blobs.DeleteAsync(ResultLayout.ResponseShard(Pass.Id, 2), Token);
        Assert.Equal([FindingKind.PictureDiffers, FindingKind.PictureMissing], (await VerifyAsync()).Sweeps[0].Findings.Select(finding => finding.Kind));

        var repaired = await new ManifestRepairer(_blobs, FakePictures.ReadRecord).RepairAsync(Plan.Id, Token);
        Assert.Equal(1, repaired.Repairs[0].PicturesRemoved);
        Assert.Equal([0, 3, 4], (await _results.FindAsync(Photographs, Nothing, Token)).WithoutRow.Keys);
    }

    private async Task<(ManifestEntry Entry, bool AlreadyThere)> CommitAsync(Shard shard, int index, string content) => await _results.CommitAsync(
        new RenderedChannel(ChannelOutcome.Rendered, SampleSweeps.Record(shard.TaskAt(index), shard.Recipe), System.Text.Encoding.UTF8.GetBytes(content), Error: null, Seconds: 1) { Pass = Pass }, Token);

    private async Task FinishAsync()
    {
        await new SweepStore(_blobs).CreateAsync(Plan, Token);
        foreach (var shard in Plan.Shards())
        {
            var rows = new List<PartRow>();
            for (var index = 0; index < shard.Count; index++)
            {
                rows.Add(new((await CommitAsync(shard, index, "shard")).Entry, SampleSweeps.Run(shard.TaskAt(index), ChannelOutcome.Rendered)));
            }

            await new ManifestParts(_blobs).AppendAsync(shard.Id, 1, 0, rows, Token);
        }

        await new ManifestWriter(_blobs).FoldAsync(Plan, Token);
    }

    private Task<VerificationReport> VerifyAsync() => new ManifestVerifier(_blobs, FakePictures.ReadRecord).VerifyAsync(Plan.Id, progress: null, Token);
}
