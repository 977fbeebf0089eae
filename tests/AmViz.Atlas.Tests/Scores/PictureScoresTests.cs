using System.Text.Json;
using AmViz.Atlas.Tests.Data;
using AmViz.Atlas.Tests.Photographs;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Scores;

public sealed class PictureScoresTests
{
    [Fact]
    public async Task APictureThatIsNotToBeTrustedSaysSoAndItsScoresAreTold()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        var pass = await SamplePass.WriteAsync(sample.Store, "conv_1", 3);
        await SampleScores.WriteAsync(sample, pass, "conv_1", "a", SampleScores.Row(sample, "conv_1", 0, 0.99), SampleScores.Row(sample, "conv_1", 1, 0.5), SampleScores.Row(sample, "conv_1", 2, trust: null) with { Constant = true });

        await sample.BuildAsync();

        var data = new AtlasData(sample.AtlasFolder);
        var path = $"{sample.Plan.Id}/net/conv_1";
        Assert.Equal([1, 2], data[$"{path}/tiles-0"].GetProperty("distrusted").EnumerateArray().Select(place => place.GetInt32()));
        Assert.Equal([0.99f, 0.5f, 0], data.Column(path, "trust"));
        JsonElement[] tiles = [data.Record(path, 0), data.Record(path, 1), data.Record(path, 2)];
        Assert.Equal(("trusted", 0.99), (ScoresOf(tiles[0]).GetProperty("verdict").GetString(), ScoresOf(tiles[0]).GetProperty("trust").GetDouble()));
        Assert.Equal(("constant", 0), (ScoresOf(tiles[2]).GetProperty("verdict").GetString(), ScoresOf(tiles[2]).GetProperty("trust").GetDouble()));
        Assert.Equal(["trust 0.5", "response 2.5", "best photograph 2", "deviations 4.5", "place 1", "MIS-like 0.75"],
            ScoresOf(tiles[1]).GetProperty("lines").EnumerateArray().Select(line => $"{line.GetProperty("name").GetString()} {line.GetProperty("value").GetString()}"));
    }

    [Fact]
    public async Task OfSeveralTablesTheRowThatTellsMostIsShownAndANewTableRewritesTheLayer()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 2), Layer("net", "conv_2", 2));
        var pass = await SamplePass.WriteAsync(sample.Store, "conv_1", 2);
        await SampleScores.WriteAsync(sample, pass, "conv_1", "b", SampleScores.Row(sample, "conv_1", 0, 0.96));
        await sample.BuildAsync();
        await SampleScores.WriteAsync(sample, pass, "conv_1", "a", SampleScores.Row(sample, "conv_1", 0, 0.96) with { Opinion = new(0.5, 0.25, 0.875, null) });

        var (second, third) = (await sample.BuildAsync(), await sample.BuildAsync());

        Assert.Equal((1, 1, 0), (second.LayersWritten, second.LayersKept, third.LayersWritten));
        Assert.Contains(ScoresOf(new AtlasData(sample.AtlasFolder).Record($"{sample.Plan.Id}/net/conv_1", 0)).GetProperty("lines").EnumerateArray(), line => line.GetProperty("name").GetString() == "judge agrees");
    }

    [Fact]
    public async Task WithoutScoresNothingIsSaidOfThem()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 2));
        await sample.BuildAsync();
        var data = new AtlasData(sample.AtlasFolder);
        Assert.Equal(JsonValueKind.Null, ScoresOf(data.Record($"{sample.Plan.Id}/net/conv_1", 0)).ValueKind);
        Assert.DoesNotContain($"{sample.Plan.Id}/net/conv_1/columns/trust", data.Paths);
    }

    private static JsonElement ScoresOf(JsonElement tile) => tile.GetProperty("scores");
}
