using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class ManifestVerifierTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Small;
    private static readonly Shard Shard = Plan.Shards().First();
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFinishedSweepPassesAndItsPicturesAreCounted()
    {
        await Finish(Plan);
        var report = await Verify();
        Assert.True(report.Passed);
        var sweep = Assert.Single(report.Sweeps);
        var bytes = await _blobs.ListAsync(ResultLayout.Results, Token).Select(item => item.Length).SumAsync(Token);
        Assert.Equal((Plan.Id, 20, 20, 20, bytes), (sweep.SweepId, sweep.Planned, sweep.Rows, sweep.Pictures, sweep.Bytes));
    }

    [Fact]
    public async Task ChannelsThatEndedWithoutAPictureAreNoFault()
    {
        await Finish(Plan, task => task.Channel == 1 ? ChannelOutcome.Dead : task.Channel == 2 ? ChannelOutcome.Failed : ChannelOutcome.Rendered);
        var report = await Verify();
        Assert.True(report.Passed);
        Assert.Equal(12, report.Sweeps[0].Pictures);
    }

    [Fact]
    public async Task ATaskWithoutARowIsAHoleOfItsLayer()
    {
        await Finish(Plan, task => task is { Layer: "conv_1", Channel: 3 or 4, Seed: 3 } ? null : ChannelOutcome.Rendered);
        var finding = await TheFinding();
        Assert.Equal((FindingKind.Hole, "fakenet/conv_1"), (finding.Kind, finding.Subject));
        Assert.StartsWith("2 planned pictures have no row: channels 3-4.", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APictureThatIsGoneIsMissed()
    {
        await Finish(Plan);
        await _blobs.DeleteAsync(Picture(5), Token);
        await AssertFinding(FindingKind.PictureMissing, Picture(5));
    }

    [Fact]
    public async Task AFlippedBitIsSeenThoughTheLengthIsTheSame()
    {
        await Finish(Plan);
        var content = (await _blobs.ReadAsync(Picture(5), Token))!.Content.ToArray();
        content[^7] ^= 1;
        _blobs.Plant(Picture(5), content);
        var finding = await AssertFinding(FindingKind.PictureDiffers, Picture(5));
        Assert.Contains("SHA-256", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATornPictureIsSeenByItsLength()
    {
        await Finish(Plan);
        _blobs.Plant(Picture(5), (await _blobs.ReadAsync(Picture(5), Token))!.Content[..^3]);
        var finding = await AssertFinding(FindingKind.PictureDiffers, Picture(5));
        Assert.Contains("bytes", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APictureThatNoRowNamesIsAnOrphan()
    {
        await Finish(Plan);
        var stranger = SampleSweeps.Rendered(Shard.TaskAt(0) with { Seed = 77 }, Shard.Recipe);
        await new ResultStore(_blobs, FakePictures.ReadRecord).CommitAsync(stranger, Token);
        await AssertFinding(FindingKind.Orphan, ResultLayout.Picture(stranger.Record.Task, Shard.Recipe.Hash));
    }

    [Fact]
    public async Task APlannedPictureWithoutARowIsAnOrphanBesideTheHole()
    {
        await Finish(Plan, task => task == Shard.TaskAt(5) ? null : ChannelOutcome.Rendered);
        await new ResultStore(_blobs, FakePictures.ReadRecord).CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(5), Shard.Recipe), Token);
        var findings = (await Verify()).Sweeps[0].Findings;
        Assert.Equal([FindingKind.Hole, FindingKind.Orphan], findings.Select(finding => finding.Kind));
    }

    [Theory]
    [InlineData("9-s9.png")]
    [InlineData("notes.txt")]
    [InlineData("deeper/0-s0.txt")]
    public async Task AForeignFileAmongThePicturesIsNamed(string name)
    {
        await Finish(Plan);
        var path = new BlobPath(Picture(0).Value.Replace(Picture(0).Name, name, StringComparison.Ordinal));
        _blobs.Plant(path, "half a picture"u8.ToArray());
        await AssertFinding(FindingKind.ForeignFile, path);
    }

    [Fact]
    public async Task APictureInAnothersPlaceIsNamed()
    {
        await Finish(Plan);
        var path = ResultLayout.Picture(Shard.TaskAt(0) with { Seed = 77 }, Shard.Recipe.Hash);
        _blobs.Plant(path, (await _blobs.ReadAsync(Picture(0), Token))!.Content);
        await AssertFinding(FindingKind.RecordDisagrees, path);
    }

    [Fact]
    public async Task ARowThatIsNotWhatThePictureSaysIsNamed()
    {
        await Finish(Plan, change: entry => entry.Channel == 2 && entry is { Layer: "conv_1", Seed: 3 } ? entry with { FinalObjective = 99 } : entry);
        var finding = await AssertFinding(FindingKind.RecordDisagrees, Picture(5));
        Assert.Contains("99", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARowThatPointsElsewhereIsNamed()
    {
        await Finish(Plan, change: entry => entry is { Layer: "conv_1", Channel: 2, Seed: 3 } ? entry with { Picture = Picture(4).Value } : entry);
        Assert.Contains((await Verify()).Sweeps[0].Findings, finding => finding.Kind == FindingKind.StrayRow && finding.Subject == Picture(5).Value);
    }

    [Fact]
    public async Task RowsOfAnotherManifestAreNotTakenForThisOnes()
    {
        await Finish(Plan);
        var whole = (await _blobs.ReadAsync(ResultLayout.Manifest(Plan.Id), Token))!.Content;
        var row = ScriptedPart.RowOf(Shard, Shard.TaskAt(0), ChannelOutcome.Rendered, "9-0");
        await new ManifestParts(_blobs).AppendAsync(Shard.Id, 9, 0, [row with { Entry = row.Entry with { FinalObjective = 5 } }], Token);
        await new ManifestWriter(_blobs).FoldAsync(Plan, Token);
        _blobs.Plant(ResultLayout.Manifest(Plan.Id), whole);
        await AssertFinding(FindingKind.ManifestMismatch, ResultLayout.Manifest(Plan.Id));
    }

    [Fact]
    public async Task ASweepThatWasNeverFoldedIsVerifiedByItsParts()
    {
        await Finish(Plan, fold: false);
        await _blobs.DeleteAsync(Picture(5), Token);
        var report = await Verify();
        Assert.Equal([FindingKind.ManifestMissing, FindingKind.PictureMissing], report.Sweeps[0].Findings.Select(finding => finding.Kind));
        Assert.Equal(19, report.Sweeps[0].Pictures);
    }

    [Fact]
    public async Task DamagedFilesOfTheSweepAreFindingsAndNoEnd()
    {
        await Finish(Plan);
        _blobs.Plant(ResultLayout.ManifestHeader(Plan.Id), "{"u8.ToArray());
        _blobs.Plant(new($"{ResultLayout.Parts(Shard.Id)}damaged.jsonl"), "{"u8.ToArray());
        _blobs.Plant(new("sweeps/0000000000000000/sweep.json"), "{"u8.ToArray());
        _blobs.Plant(new("sweeps/1111111111111111/parts/x"), "{"u8.ToArray());
        var report = await Verify();
        var broken = report.Sweeps.Single(sweep => sweep.SweepId == Plan.Id);
        Assert.Equal(2, broken.Findings.Count(finding => finding.Kind == FindingKind.Unreadable));
        Assert.Equal(2, report.Sweeps.Count(sweep => sweep.SweepId != Plan.Id && sweep.Findings is [{ Kind: FindingKind.Unreadable }]));
    }

    [Fact]
    public async Task SweepsThatShareALayerDoNotTakeEachOthersPicturesForOrphans()
    {
        var (first, second) = (Half("0-2"), Half("3-5"));
        await Finish(first);
        await Finish(second);
        Assert.True((await Verify()).Passed);
        Assert.True((await Verify(first.Id)).Passed);
        await _blobs.DeleteAsync(ResultLayout.Plan(second.Id), Token);
        Assert.Equal(3, (await Verify(first.Id)).Sweeps.Single().Findings.Count(finding => finding.Kind == FindingKind.Orphan));
    }

    [Fact]
    public async Task OnlyTheSweepThatIsAskedForIsLookedAt()
    {
        var (first, second) = (Half("0-2"), Half("3-5"));
        await Finish(first);
        await Finish(second);
        await _blobs.DeleteAsync(ResultLayout.Picture(second.Shards().First().TaskAt(0), second.Shards().First().Recipe.Hash), Token);
        Assert.True((await Verify(first.Id)).Passed);
        Assert.False((await Verify(second.Id)).Passed);
        Assert.Equal(2, (await Verify()).Sweeps.Count);
    }

    [Fact]
    public async Task AnUnknownSweepIsAnErrorThatNamesTheKnownOnes()
    {
        await Finish(Plan);
        var error = await Assert.ThrowsAsync<StorageException>(() => Verify(new SweepId("0000000000000000")));
        Assert.Contains(Plan.Id.Value, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProgressEndsWithEveryTask()
    {
        await Finish(Plan);
        var progress = new LastProgress();
        await new ManifestVerifier(_blobs, FakePictures.ReadRecord).VerifyAsync(Plan.Id, progress, Token);
        Assert.Equal(new VerificationProgress(Plan.Id, 20, 20), progress.Last);
    }

    private static BlobPath Picture(int index) => ResultLayout.Picture(Shard.TaskAt(index), Shard.Recipe.Hash);

    private static SweepPlan Half(string channels) => SweepPlanner.Plan(
        new SweepSpec { Models = [new() { Model = "fakenet", Layers = [new("conv_1", ChannelSet.TryParse(channels, out _))] }] },
        _ => new FakeModel("fakenet", new LayerFacts("conv_1", 6, IsLogits: false)));

    private Task Finish(
        SweepPlan plan, Func<ChannelTask, ChannelOutcome?>? outcome = null, Func<ManifestEntry, ManifestEntry>? change = null, bool fold = true)
        => StoredSweep.FinishAsync(_blobs, plan, outcome, change, fold);

    private Task<VerificationReport> Verify(SweepId? sweep = null)
        => new ManifestVerifier(_blobs, FakePictures.ReadRecord).VerifyAsync(sweep, progress: null, Token);

    private async Task<VerificationFinding> TheFinding() => Assert.Single(Assert.Single((await Verify()).Sweeps).Findings);

    private async Task<VerificationFinding> AssertFinding(FindingKind kind, BlobPath path)
    {
        var finding = await TheFinding();
        Assert.Equal((kind, path.Value), (finding.Kind, finding.Subject));
        return finding;
    }

    private sealed class LastProgress : IProgress<VerificationProgress>
    {
        public VerificationProgress Last { get; private set; }

        public void Report(VerificationProgress value) => Last = value;
    }
}
