using System.Text.Json;
using AmViz.Atlas.Tests.Data;
using AmViz.Responses;
using AmViz.Storage;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Neighbours;

public sealed class AlikeChannelsTests
{
    [Fact]
    public async Task EachWayOfComparingIsShownByItsLargestSearch()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await SampleSearch.WriteAsync(sample.Store, "a", NeighbourBasis.Responses, 3, ("conv_1", 0, "conv_1", 1, 1, 0.5f));
        await SampleSearch.WriteAsync(sample.Store, "b", NeighbourBasis.Responses, 9, ("conv_1", 0, "conv_1", 2, 1, 0.75f));
        await SampleSearch.WriteAsync(sample.Store, "c", NeighbourBasis.Weights, 3, ("conv_1", 0, "conv_1", 1, 1, 0.25f));

        await sample.BuildAsync();

        var lists = AlikeOf(sample, "conv_1").EnumerateArray();
        Assert.Equal([("responses", 2), ("weights", 1)], lists.Select(list => (list.GetProperty("by").GetString()!, list.GetProperty("channels")[0].GetProperty("channel").GetInt32())));
    }

    [Fact]
    public async Task ASearchThatFinishesLaterRewritesOnlyItsLayers()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        await sample.BuildAsync();
        await SampleSearch.WriteAsync(sample.Store, "a", NeighbourBasis.Picture, 3, ("conv_2", 0, "conv_2", 1, 1, 0.5f));

        var (second, third) = (await sample.BuildAsync(), await sample.BuildAsync());

        Assert.Equal((1, 1), (second.LayersWritten, second.LayersKept));
        Assert.Equal((0, 2), (third.LayersWritten, third.LayersKept));
        Assert.Equal(0, AlikeOf(sample, "conv_1").GetArrayLength());
        Assert.Equal(1, AlikeOf(sample, "conv_2").GetArrayLength());
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

    private static JsonElement AlikeOf(SampleSweep sample, string layer) => new AtlasData(sample.AtlasFolder).Record($"{sample.Plan.Id}/net/{layer}", 0).GetProperty("alike");
}
