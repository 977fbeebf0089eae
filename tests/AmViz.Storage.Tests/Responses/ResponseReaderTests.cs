using AmViz.Responses;
using AmViz.TestKit;

namespace AmViz.Storage.Tests.Responses;

public sealed class ResponseReaderTests
{
    private const string Layer = "block/1";

    private static readonly ShownChoice Choice = new(1, 0);

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ResponsePlan Plan => new(
        "net", "f00d", 32, [new(Layer, 2, 4, 4, 0, IsTokens: false, [])], new(PhotographKind.Files, 20, ["ant", "bee"], "d1"), 20, Batch: 4);

    [Fact]
    public async Task TablesAreReadBackAsTheyWereWritten()
    {
        var pass = await WriteAsync();
        var reader = new ResponseReader(_blobs);

        var channels = await reader.ReadChannelsAsync(pass, Layer, Token);
        Assert.Equal([(0, 20L, 9.5, "bee"), (1, 20L, 10.5, "bee")], channels.Select(row => (row.Channel, row.Photographs, row.Mean!.Value, row.BestLabel!)));
        Assert.All(channels, row => Assert.InRange(row.BestArea!.Value, 0.9, 1));

        var examples = await reader.ReadExamplesAsync(pass, Layer, Token);
        Assert.Equal(2 * 3 * 9, examples.Count);
        var strongest = examples.Single(example => example is { Channel: 1, Kind: ExampleKind.Top, Rank: 1 });
        Assert.Equal(("photo 19", "bee", 20f, ResultLayout.Crop(strongest.Photograph, 32, (0, 0, 8, 8))), (strongest.Name, strongest.Label, strongest.Response, strongest.Crop));
        Assert.Null(examples.Single(example => example is { Channel: 1, Kind: ExampleKind.Top, Rank: 2 }).Crop);
    }

    [Fact]
    public async Task OnlyFinishedPassesAreFound()
    {
        await new ResponseStore(_blobs).WriteAsync(Plan with { Model = "unfinished" }, list: null, Token);
        var pass = await WriteAsync();
        Assert.Equal([(pass.Pass, Choice)], await new ResponseReader(_blobs).PassesAsync(Token).Select(found => (found.Pass, found.Shown)).ToListAsync(Token));
    }

    [Fact]
    public async Task ADamagedTableIsNamedWithWhatToDo()
    {
        var pass = await WriteAsync();
        var path = ResultLayout.ResponseTable(pass.Pass, Choice.Name, Layer, "examples");
        await _blobs.DeleteAsync(path, Token);
        var missing = await Assert.ThrowsAsync<CorruptBlobException>(() => new ResponseReader(_blobs).ReadExamplesAsync(pass, Layer, Token));
        await _blobs.CreateAsync(path, new byte[] { 1, 2, 3 }, Token);
        var torn = await Assert.ThrowsAsync<CorruptBlobException>(() => new ResponseReader(_blobs).ReadExamplesAsync(pass, Layer, Token));
        Assert.All([missing, torn], error => Assert.Contains("run 'amviz respond' again", error.Message, StringComparison.Ordinal));
    }

    /// <summary>Photograph N excites channel C by N + C; the stronger half are bees, and the strongest is cut out.</summary>
    private async Task<ResponseSummary> WriteAsync()
    {
        var (store, pass, builder) = (new ResponseStore(_blobs), new PassStatistics(Plan), new ShardBuilder(Plan, Plan.Shard(0), "test", ResponseSample.Of(20).ToHashSet()));
        int[] numbers = [.. Enumerable.Range(0, 20)];
        float[] responses = [.. numbers.SelectMany(number => (float[])[number, number + 1])];
        int[] positions = new int[responses.Length];
        builder.Add([.. numbers.Select(number => new Photograph(number, ContentDigest.Of([(byte)number]), $"photo {number}", number / 10, 8, 8))], [new(2, responses, positions, positions, responses)]);
        pass.Add(builder.Finish());
        var report = new LayerReport(pass, 0);
        await store.WriteTablesAsync(pass, Choice, report, report.Examples().Select(Shown), Token);
        var summary = new ResponseSummary(
            ResponseSummary.CurrentFormatVersion, Plan.Id, Choice, Plan.Model, Plan.WeightsDigest, 20, 0, Plan.Photographs.Labels, ["test"],
            [new(Layer, 2, ResultLayout.ResponseTable(Plan.Id, Choice.Name, Layer, "responses").Value, ReceptiveField.Whole(32))]);
        await store.WriteSummaryAsync(summary, Token);
        return summary;
    }

    private static ShownExample Shown(ExampleRow row) => new(
        row, $"photo {row.Number}", row.Number < 10 ? "ant" : "bee", (0, 0), new(0, 0, 8, 8), Effective: null,
        row.Rank <= Choice.Crops ? ResultLayout.Crop(row.Digest.ToString(), 32, (0, 0, 8, 8)) : null);
}
