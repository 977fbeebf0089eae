using System.Text.Json;
using AmViz.Atlas.Tests.Neighbours;
using AmViz.Atlas.Tests.Photographs;
using AmViz.Atlas.Tests.Scores;
using AmViz.Responses;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Data;

public sealed class EvidenceInRecordsTests
{
    [Fact]
    public async Task PhotographsOfTheMiddleAreShownToo()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await SamplePass.WriteAsync(sample.Store, "conv_1", 3);
        await sample.BuildAsync();

        var photographs = new AtlasData(sample.AtlasFolder).Record($"{sample.Plan.Id}/net/conv_1", 2).GetProperty("photographs");

        Assert.Equal(41, photographs.GetProperty("top")[0].GetProperty("response").GetSingle());
        Assert.Equal(("folder/0.jpg", "ant"), (photographs.GetProperty("bottom")[0].GetProperty("name").GetString(), photographs.GetProperty("bottom")[0].GetProperty("label").GetString()));
        var middle = photographs.GetProperty("middle").EnumerateArray().Select(photograph => photograph.GetProperty("response").GetSingle()).ToList();
        Assert.NotEmpty(middle);
        Assert.Equal(middle.Order(), middle);
        Assert.All(
            photographs.GetProperty("middle").EnumerateArray(),
            photograph => Assert.True(File.Exists(Path.Combine(sample.AtlasFolder, photograph.GetProperty("crop").GetString()!))));
    }

    [Fact]
    public async Task ChannelsThatAreLikeOneAreFoundInTheSheets()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv/2", 20));
        await SampleSearch.WriteAsync(sample.Store, "s1", NeighbourBasis.Responses, 6, ("conv_1", 2, "conv/2", 18, 1, 0.87654f), ("conv_1", 2, "conv_9", 5, 2, 0.5f));
        await sample.BuildAsync();

        var list = Assert.Single(new AtlasData(sample.AtlasFolder).Record($"{sample.Plan.Id}/net/conv_1", 2).GetProperty("alike").EnumerateArray());

        Assert.Equal(("responses", false), (list.GetProperty("by").GetString(), list.GetProperty("isAcross").GetBoolean()));
        var (near, far) = (list.GetProperty("channels")[0], list.GetProperty("channels")[1]);
        Assert.Equal([sample.Plan.Id.Value, "net", "conv~2f2"], near.GetProperty("place").EnumerateArray().Select(part => part.GetString()!));
        Assert.Equal(2, near.GetProperty("ref").GetProperty("cell").GetInt32());
        Assert.True(File.Exists(Path.Combine(sample.AtlasFolder, "sprites", near.GetProperty("ref").GetProperty("sheet").GetString() + ".webp")));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (far.GetProperty("place").ValueKind, far.GetProperty("ref").ValueKind));
    }

    [Fact]
    public async Task ANewPictureOfAnotherLayerLeadsToItsNewSheet()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        await SampleSearch.WriteAsync(sample.Store, "s1", NeighbourBasis.Responses, 6, ("conv_1", 2, "conv_2", 1, 1, 0.87654f));
        var late = sample.Entries[^1];
        sample.Entries.Remove(late);
        await sample.BuildAsync();
        sample.Entries.Add(late);
        await sample.BuildAsync();

        var near = new AtlasData(sample.AtlasFolder).Record($"{sample.Plan.Id}/net/conv_1", 2).GetProperty("alike")[0].GetProperty("channels")[0];

        Assert.True(File.Exists(Path.Combine(sample.AtlasFolder, "sprites", near.GetProperty("ref").GetProperty("sheet").GetString() + ".webp")));
    }

    [Fact]
    public async Task PicturesThatAreNotToBeTrustedAreNamedAmongTheTiles()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        var pass = await SamplePass.WriteAsync(sample.Store, "conv_1", 3);
        await SampleScores.WriteAsync(sample, pass, "conv_1", "a", SampleScores.Row(sample, "conv_1", 0, 0.99), SampleScores.Row(sample, "conv_1", 2, 0.5));
        await sample.BuildAsync();
        var data = new AtlasData(sample.AtlasFolder);

        Assert.Equal("[2]", data[$"{sample.Plan.Id}/net/conv_1/tiles-0"].GetProperty("distrusted").GetRawText());
        var scores = data.Record($"{sample.Plan.Id}/net/conv_1", 2).GetProperty("scores");
        Assert.Equal(("distrusted", 0.5), (scores.GetProperty("verdict").GetString(), scores.GetProperty("trust").GetDouble()));
        Assert.Equal("trust", scores.GetProperty("lines")[0].GetProperty("name").GetString());
    }
}
