using AmViz.Responses;
using AmViz.TestKit;

namespace AmViz.Storage.Tests.Responses;

public sealed class NeighbourStoreTests : IDisposable
{
    private const string Search = "5ea4c4";

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();
    private readonly NeighbourStore _store;

    public NeighbourStoreTests() => _store = new(new FolderBlobStore(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DuckDbReadsWhatTheTableSays()
    {
        await _store.WriteTableAsync(Search, NeighbourBasis.Picture, [Row(3, 7, 0.5f), Row(4, 9, -0.25f)], Token);
        var table = _folder.At(ResultLayout.NeighbourTable(Search).Value);
        Assert.Equal(
            [["p1", "net", "conv", "3", "1", "p2", "other", "block 1", "7", "0.5", "True", "picture"], ["p1", "net", "conv", "4", "1", "p2", "other", "block 1", "9", "-0.25", "False", "picture"]],
            await DuckDb.Query($"SELECT * FROM '{table}' ORDER BY channel"));
    }

    [Fact]
    public async Task RowsAreReadBackAsTheyWereWrittenAndSearchesThatHaveFinishedAreListed()
    {
        NeighbourRow[] rows = [Row(3, 7, 0.5f), Row(4, 9, -0.25f)];
        await _store.WriteTableAsync("b", NeighbourBasis.Weights, rows, Token);
        await _store.WriteTableAsync("a", NeighbourBasis.Weights, rows, Token);
        await _store.WriteTableAsync("unfinished", NeighbourBasis.Weights, rows, Token);
        foreach (var search in (string[])["b", "a"])
        {
            await _store.WriteSummaryAsync(new(NeighbourSummary.CurrentFormatVersion, search, [], 0, 5, "exact", 1, 0, [], [], []), Token);
        }

        Assert.Equal(rows, await _store.ReadTableAsync("b", Token));
        Assert.Equal(["a", "b"], (await _store.ReadAllAsync(Token)).Select(summary => summary.Search));
        Assert.Contains("run 'amviz neighbours' again", (await Assert.ThrowsAsync<CorruptBlobException>(() => _store.ReadTableAsync("gone", Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DuckDbReadsTablesOfEarlierVersionsBesideThoseThatSayByWhatChannelsWereCompared()
    {
        await _store.WriteTableAsync(Search, NeighbourBasis.Weights, [Row(3, 7, 0.5f)], Token);
        var (table, old) = (_folder.At(ResultLayout.NeighbourTable(Search).Value), _folder.At("old.parquet"));
        await DuckDb.Query($"COPY (SELECT * EXCLUDE (comparedBy) REPLACE (4::INTEGER AS channel) FROM '{table}') TO '{old}' (FORMAT parquet)");
        foreach (var files in (string[])[$"'{table}', '{old}'", $"'{old}', '{table}'"])
        {
            Assert.Equal([["3", "weights"], ["4", "responses"]], await DuckDb.Query($"SELECT channel, coalesce(comparedBy, 'responses') FROM read_parquet([{files}], union_by_name = true) ORDER BY channel"));
        }
    }

    [Fact]
    public async Task ASummaryOfAnEarlierVersionMeansResponses()
    {
        const string Old = """{"formatVersion":1,"search":"5ea4c4","passes":[],"photographs":40,"count":5,"method":"exact","recall":1,"duplicates":0,"pairs":[],"bestDuplicates":[],"bestOthers":[]}""";
        await new FolderBlobStore(_folder.Path).CreateAsync(ResultLayout.NeighbourSummary(Search), System.Text.Encoding.UTF8.GetBytes(Old), Token);
        var read = await _store.ReadSummaryAsync(Search, Token);
        Assert.Equal((NeighbourBasis.Responses, null, 40), (read!.By, read.Judge, read.Photographs));
    }

    [Fact]
    public async Task TheSummaryIsReadAsItWasWrittenAndNotReplaced()
    {
        Assert.Null(await _store.ReadSummaryAsync(Search, Token));
        var summary = new NeighbourSummary(
            NeighbourSummary.CurrentFormatVersion, Search, [new("p1", "net", "f00d", ["conv"], 30, 1, 1)], 512, 5, "exact", 1, 1, [new("p1", "p1", new(30, 30, 4, 2, 0.75f)) { Layers = ["conv"] }], [Row(3, 7, 1)], [])
        {
            By = NeighbourBasis.Picture,
            Judge = new("judge", "beef", "norm", 60),
        };
        await _store.WriteSummaryAsync(summary, Token);
        await _store.WriteSummaryAsync(summary with { Photographs = 7 }, Token);
        Assert.Equivalent(summary, await _store.ReadSummaryAsync(Search, Token), strict: true);
    }

    private static NeighbourRow Row(int channel, int neighbour, float correlation)
        => new(new("p1", "net", "conv", channel), 1, new("p2", "other", "block 1", neighbour), correlation, correlation > 0);
}
