using AmViz.Responses;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests.Responses;

public sealed class ScoreStoreTests
{
    private static readonly PlannedLayer Layer = new("net", "f00d", "block 1", 2, IsLogits: false, 32, ChannelSet.All(2));

    private static readonly BlobPath Where = ResultLayout.Scores("pass", Layer.Layer, "pictures");

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RowsAreReadBackAsTheyWereWritten()
    {
        ScoreRow[] rows =
        [
            new(0, 0, "results/a.png", "ab", 2.5f, 2, 1.5f, new(4.5, 1, 0.5, -0.25, 0.75, 0.875), 0.5, Constant: false) { Locality = 0.625, Seeds = new(0.75, 0.25), Opinion = new(0.5, 0.25, 1, new(2, 0.5, 1, 0.75)), Naturalness = 0.125, Randomization = new(0.5, 0.25, 0.125, 1.5) },
            new(1, 3, "results/b.png", "cd", -1, BestPhotograph: null, Quantile99: null, Judgement: null, MisLikeOfOthers: null, Constant: false),
            new(2, 0, "results/c.png", "ef", 0, 0, 0, Judgement: null, MisLikeOfOthers: null, Constant: true) { Seeds = new(-0.5, null), Opinion = new(0.5, null, null, null), Randomization = new(null, 0.25, null, null) },
        ];
        var store = new ScoreStore(_blobs);
        Assert.Null(await store.ReadAsync(Where, Token));
        await store.WriteAsync(Where, Layer, "pass", "beef", rows, Token);
        Assert.Equal(rows, await store.ReadAsync(Where, Token));
    }

    [Fact]
    public async Task ADamagedTableIsNamedWithWhatToDo()
    {
        await _blobs.CreateAsync(Where, new byte[] { 1, 2, 3 }, Token);
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => new ScoreStore(_blobs).ReadAsync(Where, Token));
        Assert.Contains("run 'amviz score' again", error.Message, StringComparison.Ordinal);
    }
}
