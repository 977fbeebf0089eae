using AmViz.Responses;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using AmViz.TextureNet.Lying;

namespace AmViz.TextureNet.Tests.Lying;

public sealed class ScoredChannelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ScoresMeetTheLiesThatWerePlantedAndWhatHasNoPictureIsNotTrusted()
    {
        LieRecord.Write(_folder.Path, new LieRecord("logits", "dead", [1, 3]), new LieRecord("conv", "dead", [0]));
        var layer = new PlannedLayer("net", "f00d", "logits", 4, IsLogits: true, 32, ChannelSet.All(4));
        ScoreRow[] rows = [Row(0, 0.75), Row(1, 0.25), Row(2, 1)];
        await new ScoreStore(new FolderBlobStore(_folder.At("store"))).WriteAsync(ResultLayout.Scores("pass", "logits", "pictures"), layer, "pass", judge: null, rows, Token);

        Assert.Equal(
            [new("logits", null, 0.75), new("logits", "dead", 0.25), new("logits", null, 1), new("logits", "dead", 0)],
            await ScoredChannel.ReadAsync(_folder.Path, _folder.At("store"), Token));
    }

    [Fact]
    public async Task ANetworkWithoutARecordOfLiesIsHonest()
    {
        Assert.Empty(LieRecord.Read(_folder.Path));
        Assert.Empty(await ScoredChannel.ReadAsync(_folder.Path, _folder.Path, Token));
    }

    private static ScoreRow Row(int channel, double trust)
        => new(channel, 0, $"results/{channel}.png", "ab", 1, 1, 1, new(1, 1, 0, 0, 0.5, trust), null, Constant: false);
}
