using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

/// <summary>What came of tasks that draw nothing lies where one process has it that computes it alone, and is found, verified and mended like pictures.</summary>
public sealed class ComputedResultsTests
{
    private static readonly PassWork Pass = new("0123456789abcdef", Crops: 9, EffectiveFields: 0);
    private static readonly SweepPlan Plan = PassPlanner.Plan(Pass, "fakenet", new('a', 64), size: 64, shards: 5, runs: 32, failureBudget: null);
    private static readonly Shard Photographs = Plan.Shards().First();
    private static readonly Shard Tables = Plan.Shards().Last();
    private static readonly Dictionary<int, long> Nothing = [];

    private readonly MemoryBlobStore _blobs = new();
    private readonly ResultStore _results;

    public ComputedResultsTests() => _results = new(_blobs, FakePictures.ReadRecord);

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
        await FinishAsync(Plan);
        Assert.True((await VerifyAsync(Plan)).Passed);

        _blobs.Plant(ResultLayout.ResponseShard(Pass.Id, 1), "rotte"u8.ToArray());
        await _blobs.DeleteAsync(ResultLayout.ResponseShard(Pass.Id, 2), Token);
        Assert.Equal([FindingKind.PictureDiffers, FindingKind.PictureMissing], (await VerifyAsync(Plan)).Sweeps[0].Findings.Select(finding => finding.Kind));

        var repaired = await new ManifestRepairer(_blobs, FakePictures.ReadRecord).RepairAsync(Plan.Id, Token);
        Assert.Equal(1, repaired.Repairs[0].PicturesRemoved);
        Assert.Equal([0, 3, 4], (await _results.FindAsync(Photographs, Nothing, Token)).WithoutRow.Keys);
    }

    [Fact]
    public async Task ScoresLieWhereOneCommandHasThemAndARottenTableMakesRoom()
    {
        var scores = new ScoreWork(new("fedcba9876543210"), [new("conv 1", Pass.Id, 9, 0, "00112233", 4), new("logits", Pass.Id, 9, 0, "44556677", 2)], Judge: null);
        var plan = ScorePlanner.Plan(scores, "fakenet", new('a', 64), size: 64, failureBudget: null);
        await FinishAsync(plan);
        var (first, second) = (new BlobPath($"scores/{Pass.Id}/conv%201/00112233.parquet"), new BlobPath($"scores/{Pass.Id}/logits/44556677.parquet"));
        Assert.Equal([first, second], await _blobs.ListAsync("scores/", Token).Select(item => item.Path).ToListAsync(Token));
        Assert.Empty((await VerifyAsync(plan)).Sweeps[0].Findings);
        Assert.Equal(0, Assert.Single((await _results.FindAsync(plan.Shards().First(), Nothing, Token)).WithoutRow).Key);

        _blobs.Plant(first, "rotte"u8.ToArray());
        Assert.Equal(FindingKind.PictureDiffers, Assert.Single((await VerifyAsync(plan)).Sweeps[0].Findings).Kind);
        Assert.Equal(1, (await new ManifestRepairer(_blobs, FakePictures.ReadRecord).RepairAsync(plan.Id, Token)).Repairs[0].PicturesRemoved);
        Assert.Empty((await _results.FindAsync(plan.Shards().First(), Nothing, Token)).WithoutRow);
        Assert.Single((await _results.FindAsync(plan.Shards().Last(), Nothing, Token)).WithoutRow);
    }

    private async Task<(ManifestEntry Entry, bool AlreadyThere)> CommitAsync(Shard shard, int index, string content) => await _results.CommitAsync(
        new RenderedChannel(ChannelOutcome.Rendered, SampleSweeps.Record(shard.TaskAt(index), shard.Recipe), System.Text.Encoding.UTF8.GetBytes(content), Error: null, Seconds: 1) { Work = shard.Work }, Token);

    private async Task FinishAsync(SweepPlan plan)
    {
        await new SweepStore(_blobs).CreateAsync(plan, Token);
        foreach (var shard in plan.Shards())
        {
            var rows = new List<PartRow>();
            for (var index = 0; index < shard.Count; index++)
            {
                rows.Add(new((await CommitAsync(shard, index, "shard")).Entry, SampleSweeps.Run(shard.TaskAt(index), ChannelOutcome.Rendered)));
            }

            await new ManifestParts(_blobs).AppendAsync(shard.Id, 1, 0, rows, Token);
        }

        await new ManifestWriter(_blobs).FoldAsync(plan, Token);
    }

    private Task<VerificationReport> VerifyAsync(SweepPlan plan) => new ManifestVerifier(_blobs, FakePictures.ReadRecord).VerifyAsync(plan.Id, progress: null, Token);
}
