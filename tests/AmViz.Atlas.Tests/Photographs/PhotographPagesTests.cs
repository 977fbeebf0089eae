using System.Text.Json;
using AmViz.Atlas.Output;
using AmViz.Atlas.Photographs;
using AmViz.Storage;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Photographs;

public sealed class PhotographPagesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AChannelShowsThePhotographsThatExciteItMostAndLeast()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await SamplePass.WriteAsync(sample.Store, "conv_1", 3);

        await sample.BuildAsync();

        var shown = PageData.Of(sample.LayerPage("conv_1")).GetProperty("photographs");
        Assert.Equal(SamplePass.Count, shown.GetProperty("count").GetInt32());
        var channel = shown.GetProperty("channels").GetProperty("2");
        Assert.Equal(["39 bee", "38 ant", "37 bee"], NamesOf(shown, channel.GetProperty("top")).Take(3));
        Assert.Equal(["0 ant", "1 bee"], NamesOf(shown, channel.GetProperty("bottom")).Take(2));
        Assert.Equal(41, channel.GetProperty("top").GetProperty("responses")[0].GetSingle());
        Assert.All(
            channel.GetProperty("top").GetProperty("crops").EnumerateArray(),
            crop => Assert.True(File.Exists(Path.Combine(sample.AtlasFolder, AtlasPaths.Crop(crop.GetString()!)))));
    }

    [Fact]
    public async Task APassThatFinishesLaterRewritesOnlyThePagesOfItsLayers()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        await sample.BuildAsync();
        await SamplePass.WriteAsync(sample.Store, "conv_2", 3);

        var (second, third) = (await sample.BuildAsync(), await sample.BuildAsync());

        Assert.Equal((1, 1), (second.LayerPagesWritten, second.LayerPagesKept));
        Assert.Equal((0, 2), (third.LayerPagesWritten, third.LayerPagesKept));
        Assert.False(PageData.Of(sample.LayerPage("conv_1")).TryGetProperty("photographs", out _));

        await SamplePass.WriteAsync(sample.Store, "conv_2", 3, count: 50);
        Assert.Equal(1, (await sample.BuildAsync()).LayerPagesWritten);
        Assert.Equal(50, PageData.Of(sample.LayerPage("conv_2")).GetProperty("photographs").GetProperty("count").GetInt32());
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
        Assert.Equal(1, (await sample.BuildAsync()).LayerPagesKept);
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

    private static IEnumerable<string> NamesOf(JsonElement shown, JsonElement some)
    {
        var names = shown.GetProperty("names").EnumerateArray().ToList();
        return some.GetProperty("photographs").EnumerateArray().Select(place => names[place.GetInt32()])
            .Select(name => $"{Path.GetFileNameWithoutExtension(name.GetProperty("name").GetString())} {name.GetProperty("label").GetString()}");
    }
}
