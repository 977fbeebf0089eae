using System.Text.Json;
using AmViz.Atlas.Output;
using AmViz.Atlas.Photographs;
using AmViz.Atlas.Tests.Data;
using AmViz.Storage;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Photographs;

public sealed class LayerPhotographsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AChannelShowsThePhotographsThatExciteItMostAndLeast()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await SamplePass.WriteAsync(sample.Store, "conv_1", 3);

        await sample.BuildAsync();

        var data = new AtlasData(sample.AtlasFolder);
        Assert.Equal(SamplePass.Count, CountOf(sample, "conv_1").GetProperty("count").GetInt32());
        var channel = data.Record($"{sample.Plan.Id}/net/conv_1", 2).GetProperty("photographs");
        Assert.Equal(["39 bee", "38 ant", "37 bee"], NamesOf(channel.GetProperty("top")).Take(3));
        Assert.Equal(["0 ant", "1 bee"], NamesOf(channel.GetProperty("bottom")).Take(2));
        Assert.Equal(41, channel.GetProperty("top")[0].GetProperty("response").GetSingle());
        Assert.All(channel.GetProperty("top").EnumerateArray(), photograph => Assert.True(File.Exists(Path.Combine(sample.AtlasFolder, photograph.GetProperty("crop").GetString()!))));
    }

    [Fact]
    public async Task APassThatFinishesLaterRewritesOnlyItsLayers()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        await sample.BuildAsync();
        await SamplePass.WriteAsync(sample.Store, "conv_2", 3);

        var (second, third) = (await sample.BuildAsync(), await sample.BuildAsync());

        Assert.Equal((1, 1), (second.LayersWritten, second.LayersKept));
        Assert.Equal((0, 2), (third.LayersWritten, third.LayersKept));
        Assert.Equal(JsonValueKind.Null, CountOf(sample, "conv_1").ValueKind);

        await SamplePass.WriteAsync(sample.Store, "conv_2", 3, count: 50);
        Assert.Equal(1, (await sample.BuildAsync()).LayersWritten);
        Assert.Equal(50, CountOf(sample, "conv_2").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task ACropThatCannotBeReadIsTriedAgainByTheNextBuild()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await SamplePass.WriteAsync(sample.Store, "conv_1", 3);
        var crop = sample.FileOf(SamplePass.CropOf(39));
        var whole = await File.ReadAllBytesAsync(crop, Token);
        await File.WriteAllBytesAsync(crop, [1, 2, 3], Token);
        var thumbnail = Path.Combine(sample.AtlasFolder, AtlasPaths.Crop(CropName.Of(SamplePass.CropOf(39))));

        await sample.BuildAsync();
        Assert.False(File.Exists(thumbnail));
        await File.WriteAllBytesAsync(crop, whole, Token);
        await sample.BuildAsync();

        Assert.True(File.Exists(thumbnail));
        Assert.Equal(1, (await sample.BuildAsync()).LayersKept);
    }

    [Fact]
    public async Task ATableThatIsMissingIsNamedWithWhatToDo()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        var pass = await SamplePass.WriteAsync(sample.Store, "conv_1", 3);
        File.Delete(sample.FileOf(ResultLayout.ResponseTable(pass.Pass, pass.Shown.Name, "conv_1", "examples")));

        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => sample.BuildAsync());

        Assert.Contains("run 'amviz respond' again", error.Message, StringComparison.Ordinal);
    }

    private static JsonElement CountOf(SampleSweep sample, string layer) => new AtlasData(sample.AtlasFolder)[$"{sample.Plan.Id}/net/{layer}/layer"].GetProperty("photographs");

    private static IEnumerable<string> NamesOf(JsonElement some)
        => some.EnumerateArray().Select(one => $"{Path.GetFileNameWithoutExtension(one.GetProperty("name").GetString())} {one.GetProperty("label").GetString()}");
}
