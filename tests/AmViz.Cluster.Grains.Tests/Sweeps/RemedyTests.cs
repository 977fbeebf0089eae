using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>What a verification tells people to do mends what it found.</summary>
public sealed class RemedyTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 6, IsLogits: false)]);
    private static readonly Shard Shard = Plan.Shards().Single();

    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Ways to harm a store, and what is found then.</summary>
    public static TheoryData<string, FindingKind> Harms => new()
    {
        { "a picture is gone", FindingKind.PictureMissing },
        { "a picture is torn", FindingKind.PictureDiffers },
        { "a picture has rotted", FindingKind.PictureDiffers },
        { "the manifest is gone", FindingKind.ManifestMissing },
        { "the manifest is another one", FindingKind.ManifestMismatch },
        { "the manifest knows less than its parts", FindingKind.Hole },
        { "the parts are gone", FindingKind.Hole },
        { "the rows are damaged", FindingKind.Unreadable },
        { "the header is damaged", FindingKind.Unreadable },
        { "a picture's row is of another picture", FindingKind.RecordDisagrees },
    };

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task DoingWhatIsToldMendsWhatWasFound(string harm, FindingKind kind)
    {
        await using var silos = await TestSilos.StartAsync(_store, [new FakeRenderer(2)]);
        await silos.RunAsync(Plan);
        await HarmAsync(harm);
        var found = await VerifyAsync();
        Assert.Contains(found, finding => finding.Kind == kind);
        foreach (var finding in found)
        {
            await FollowAsync(silos, finding);
        }

        // What was removed because it could not be read is missing now.
        foreach (var finding in await VerifyAsync())
        {
            Assert.NotEqual(kind, finding.Kind);
            await FollowAsync(silos, finding);
        }

        Assert.Empty(await VerifyAsync());
    }

    private async Task HarmAsync(string harm)
    {
        var (manifest, header) = (ResultLayout.Manifest(Plan.Id), ResultLayout.ManifestHeader(Plan.Id));
        switch (harm)
        {
            case "a picture is gone":
                await _store.DeleteAsync(Picture(2), Cancelled);
                break;
            case "a picture is torn":
                _store.Plant(Picture(2), "torn"u8.ToArray());
                break;
            case "a picture has rotted":
                _store.Plant(Picture(2), SampleSweeps.Rendered(Shard.TaskAt(2), Shard.Recipe, pixels: "rotten").Picture);
                break;
            case "the manifest is gone":
                await _store.DeleteAsync(header, Cancelled);
                break;
            case "the manifest is another one":
                _store.Plant(manifest, await OfAnotherSweepAsync(ResultLayout.Manifest, channels: 6));
                break;
            case "the manifest knows less than its parts":
                _store.Plant(header, await OfAnotherSweepAsync(ResultLayout.ManifestHeader, channels: 6, drawn: 4));
                _store.Plant(manifest, await OfAnotherSweepAsync(ResultLayout.Manifest, channels: 6, drawn: 4));
                break;
            case "the parts are gone":
                await foreach (var item in _store.ListAsync(ResultLayout.Parts(Shard.Id), Cancelled))
                {
                    await _store.DeleteAsync(item.Path, Cancelled);
                }

                await _store.DeleteAsync(header, Cancelled);
                break;
            case "the rows are damaged":
                _store.Plant(manifest, "PAR1"u8.ToArray());
                break;
            case "the header is damaged":
                _store.Plant(header, "{"u8.ToArray());
                break;
            case "a picture's row is of another picture":
                await RewriteRowAsync();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(harm), harm, "Not a way to harm a store.");
        }
    }

    /// <summary>A folded file of a sweep that knows fewer rows.</summary>
    private static async Task<ReadOnlyMemory<byte>> OfAnotherSweepAsync(Func<SweepId, BlobPath> file, int channels, int drawn = 3)
    {
        var other = new MemoryBlobStore();
        var rows = Enumerable.Range(0, Math.Min(channels, drawn)).Select(task => Row(task, SampleSweeps.Rendered(Shard.TaskAt(task), Shard.Recipe))).ToList();
        await new ManifestParts(other).AppendAsync(Shard.Id, 0, 0, rows, Cancelled);
        await new ManifestWriter(other).FoldAsync(Plan, Cancelled);
        return (await other.ReadAsync(file(Plan.Id), Cancelled))!.Content;
    }

    private static PartRow Row(int task, RenderedChannel drawn) => new(
        ManifestRows.Rendered(drawn.Record, Picture(task), drawn.Picture.Span), SampleSweeps.Run(Shard.TaskAt(task), ChannelOutcome.Rendered));

    private async Task RewriteRowAsync()
    {
        var picture = SampleSweeps.Rendered(Shard.TaskAt(2), Shard.Recipe);
        var row = Row(2, picture with { Record = picture.Record with { Objective = picture.Record.Objective with { Final = 99 } } });
        await new ManifestParts(_store).AppendAsync(Shard.Id, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, [row], Cancelled);
        await new ManifestWriter(_store).FoldAsync(Plan, Cancelled);
    }

    private async Task FollowAsync(TestSilos silos, VerificationFinding finding)
    {
        var remedy = finding.Message;
        if (remedy.Contains("--repair", StringComparison.Ordinal))
        {
            await new ManifestRepairer(_store, FakePictures.ReadRecord).RepairAsync(Plan.Id, Cancelled);
        }

        if (remedy.Contains("Remove the file", StringComparison.Ordinal) || remedy.Contains("remove it", StringComparison.OrdinalIgnoreCase))
        {
            await _store.DeleteAsync(new(finding.Subject), Cancelled);
        }

        if (remedy.Contains("run the sweep again", StringComparison.OrdinalIgnoreCase) || remedy.Contains("run it again", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Equal(SweepState.Finished, (await silos.RunAsync(Plan)).State);
        }
    }

    private async Task<IReadOnlyList<VerificationFinding>> VerifyAsync()
        => Assert.Single((await new ManifestVerifier(_store, FakePictures.ReadRecord).VerifyAsync(Plan.Id, progress: null, Cancelled)).Sweeps).Findings;

    private static BlobPath Picture(int task) => ResultLayout.Picture(Shard.TaskAt(task), Shard.Recipe.Hash);
}
