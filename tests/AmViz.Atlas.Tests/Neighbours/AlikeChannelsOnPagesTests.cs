using System.Text.Json;
using AmViz.Atlas.Output;
using AmViz.Responses;
using AmViz.Storage;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Neighbours;

public sealed class AlikeChannelsOnPagesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AChannelLeadsToThoseThatAreLikeItWhereTheAtlasShowsThem()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        await SampleSearch.WriteAsync(sample.Store, "s1", NeighbourBasis.Responses, 6, ("conv_1", 2, "conv_2", 1, 1, 0.87654f), ("conv_1", 2, "conv_9", 5, 2, 0.5f));

        await sample.BuildAsync();

        var page = AtlasPaths.Layer(sample.Plan.Id, "net", "conv_1");
        var list = Assert.Single(PageData.Of(sample.Page(page)).GetProperty("alike").GetProperty("2").EnumerateArray());
        Assert.Equal(("responses", false), (list.GetProperty("by").GetString(), list.GetProperty("isAcross").GetBoolean()));
        var (near, far) = (list.GetProperty("channels")[0], list.GetProperty("channels")[1]);
        Assert.Equal((0.877, true, AtlasPaths.Layer(sample.Plan.Id, "net", "conv_2") + "#channel=1"), (near.GetProperty("likeness").GetDouble(), near.GetProperty("isMutual").GetBoolean(), near.GetProperty("page").GetString()));
        Assert.True(File.Exists(Path.Combine(sample.AtlasFolder, near.GetProperty("thumbnail").GetString()!)));
        Assert.False(far.TryGetProperty("page", out _));
        Assert.False(far.TryGetProperty("thumbnail", out _));
    }

    [Fact]
    public async Task EachWayOfComparingIsShownByItsLargestSearch()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await SampleSearch.WriteAsync(sample.Store, "a", NeighbourBasis.Responses, 3, ("conv_1", 0, "conv_1", 1, 1, 0.5f));
        await SampleSearch.WriteAsync(sample.Store, "b", NeighbourBasis.Responses, 9, ("conv_1", 0, "conv_1", 2, 1, 0.75f));
        await SampleSearch.WriteAsync(sample.Store, "c", NeighbourBasis.Weights, 3, ("conv_1", 0, "conv_1", 1, 1, 0.25f));

        await sample.BuildAsync();

        var lists = PageData.Of(sample.LayerPage("conv_1")).GetProperty("alike").GetProperty("0").EnumerateArray();
        Assert.Equal([("responses", 2), ("weights", 1)], lists.Select(list => (list.GetProperty("by").GetString()!, list.GetProperty("channels")[0].GetProperty("channel").GetInt32())));
    }

    [Fact]
    public async Task ASearchThatFinishesLaterRewritesOnlyThePagesOfItsLayers()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        await sample.BuildAsync();
        await SampleSearch.WriteAsync(sample.Store, "a", NeighbourBasis.Picture, 3, ("conv_2", 0, "conv_2", 1, 1, 0.5f));

        var (second, third) = (await sample.BuildAsync(), await sample.BuildAsync());

        Assert.Equal((1, 1), (second.LayerPagesWritten, second.LayerPagesKept));
        Assert.Equal((0, 2), (third.LayerPagesWritten, third.LayerPagesKept));
        Assert.False(PageData.Of(sample.LayerPage("conv_1")).TryGetProperty("alike", out _));
    }

    [Fact]
    public async Task ATableThatIsMissingIsNamedWithWhatToDo()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await SampleSearch.WriteAsync(sample.Store, "a", NeighbourBasis.Picture, 3, ("conv_1", 0, "conv_1", 1, 1, 0.5f));
        File.Delete(sample.FileOf(ResultLayout.NeighbourTable("a")));

        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => sample.BuildAsync());

        Assert.Contains("run 'amviz neighbours' again", error.Message, StringComparison.Ordinal);
    }
}
