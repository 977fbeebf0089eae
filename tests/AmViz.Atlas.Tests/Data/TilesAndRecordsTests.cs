using System.Text.Json;
using AmViz.Sweeps;
using CsCheck;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Data;

public sealed class TilesAndRecordsTests
{
    [Fact]
    public async Task EveryTileIsInOneFileOfTilesAndOneOfRecordsAtItsPlace()
    {
        var channels = Gen.Int[1, 700].HashSet[1, 300];
        var seeds = Gen.Int[0, 9].HashSet[1, 3];
        await Gen.Select(channels, seeds).SampleAsync(
            async (some, of) => await CheckAsync(ChannelSet.Of(some), [.. of]), iter: 8, threads: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    public Task LayersThatFillTheirFilesExactlyAreNoExceptions(int channels) => CheckAsync(ChannelSet.All(channels), [0]);

    [Fact]
    public async Task ATileSaysTheSameInItsFileAndInItsRecord()
    {
        using var sample = await CreateAsync(Directory.CreateTempSubdirectory("amviz-atlas-").FullName, Recipes.Paper, [3, 1], [Layer("net", "conv_1", 9) with { Channels = ChannelSet.Of(0, 2, 3, 8) }]);
        sample.Replace("conv_1", 2, ChannelOutcome.Failed, "no memory");
        await sample.BuildAsync();
        var (data, layer) = (new AtlasData(sample.AtlasFolder), $"{sample.Plan.Id}/net/conv_1");

        var tiles = data[$"{layer}/tiles-0"];

        Assert.Equal("[[0,0],[2,3],[8,8]]", data[$"{layer}/layer"].GetProperty("channels").GetRawText());
        Assert.All(Enumerable.Range(0, 8), tile =>
        {
            var record = data.Record(layer, tile);
            Assert.Equal(record.GetProperty("outcome").GetString(), tiles.GetProperty("outcomes")[tile].GetString());
            Assert.Equal(tile == 2 ? null : record.GetProperty("final").GetRawText(), tile == 2 ? null : tiles.GetProperty("objectives")[tile].GetRawText());
        });
        var failed = data.Record(layer, 2);
        Assert.Equal((2, 3, "failed"), (failed.GetProperty("channel").GetInt32(), failed.GetProperty("seed").GetInt32(), failed.GetProperty("outcome").GetString()));
        Assert.EndsWith("no memory", failed.GetProperty("explanation").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, failed.GetProperty("picture").ValueKind);
    }

    [Fact]
    public async Task ARecordTellsWhatThePictureTells()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 2));
        await sample.BuildAsync();
        var (data, layer) = (new AtlasData(sample.AtlasFolder), $"{sample.Plan.Id}/net/conv_1");

        var (record, entry) = (data.Record(layer, 1), sample.Entries[1]);

        Assert.Equal((entry.Sha256, entry.Bytes), (record.GetProperty("sha256").GetString(), record.GetProperty("bytes").GetInt64()));
        Assert.True(File.Exists(Path.Combine(sample.AtlasFolder, Uri.UnescapeDataString(record.GetProperty("picture").GetString()!))));
        Assert.StartsWith("amviz render --model net --layer conv_1 --channel 1 ", record.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Equal([0, 16, 32, 48, 64, 80, 96, 112, 127], record.GetProperty("trajectory").EnumerateArray().Select(point => point[0].GetInt32()));
        var environment = data[$"{layer}/layer"].GetProperty("environments")[record.GetProperty("environment").GetInt32()];
        Assert.Equal("Example CPU @ 3 GHz", environment.GetProperty("processor").GetString());
    }

    // Without pictures, which are not what is asked for here.
    private static async Task CheckAsync(ChannelSet channels, IReadOnlyList<int> seeds)
    {
        using var sample = await CreateAsync(Directory.CreateTempSubdirectory("amviz-atlas-").FullName, Recipes.Paper, seeds, []);
        var plan = sample.Plan with { Layers = [Layer("net", "conv_1", channels.Max + 1) with { Channels = channels }] };
        await new AtlasBuilder(sample.Store, new AtlasOptions()).BuildAsync(new(plan, []), sample.AtlasFolder, progress: null, TestContext.Current.CancellationToken);
        var (data, layer) = (new AtlasData(sample.AtlasFolder), $"{plan.Id}/net/conv_1");

        var records = data.Numbered(layer, "records").Select(doc => doc.GetProperty("tiles").EnumerateArray().ToList()).ToList();
        var tiles = data.Numbered(layer, "tiles");

        Assert.Equal(
            from channel in channels.Enumerate() from seed in seeds select (channel, seed),
            from record in records.SelectMany(record => record) select (record.GetProperty("channel").GetInt32(), record.GetProperty("seed").GetInt32()));
        Assert.All(records.SkipLast(1), record => Assert.Equal(16, record.Count));
        Assert.All(tiles.SkipLast(1), doc => Assert.Equal(256, doc.GetProperty("outcomes").GetArrayLength()));
        Assert.Equal(channels.Count * seeds.Count, tiles.Sum(doc => doc.GetProperty("outcomes").GetArrayLength()));
        Assert.All(tiles, doc =>
        {
            var count = doc.GetProperty("outcomes").GetArrayLength();
            Assert.Equal((count, count, (count + 15) / 16), (doc.GetProperty("objectives").GetArrayLength(), doc.GetProperty("labels").GetArrayLength(), doc.GetProperty("sheets").GetArrayLength()));
        });
    }
}
