using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class PictureAddressTests
{
    private const int Rounds = 100;

    // A path, a line: far less than the JSON of a recipe and its hash take for each layer.
    private const int MostBytes = 4096;

    private static readonly SweepPlan Plan = SampleSweeps.Plan([.. Enumerable.Range(0, 50).Select(number => new LayerFacts($"conv_{number}", 2, IsLogits: false))]);

    [Fact]
    public void APictureIsFoundAndALineWrittenWithoutHashingTheRecipeAgain()
    {
        var layer = Plan.Layers[^1];
        var task = new ChannelTask(layer.Model, layer.WeightsDigest, layer.Layer, 1, 0);
        var path = ResultLayout.Picture(task, Plan.RecipeFor(layer).Hash).Value;
        var pictures = new SweepPictures(Plan);
        var builder = new RowTableBuilder(Plan);
        builder.Add(SampleSweeps.Run(task, ChannelOutcome.Rendered), error: null, label: null, objective: 1);
        var table = builder.Table;
        var place = Assert.Single(table.Ended()).Place;
        Assert.Equal(path, pictures.Find(path)!.Value.Value);
        Assert.Equal(path, TaskLine.Of(table, place).Picture);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            pictures.Find(path);
            TaskLine.Of(table, place);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, MostBytes);
    }

    [Fact]
    public void NothingButPicturesOfTheSweepIsFound()
    {
        var pictures = new SweepPictures(SampleSweeps.Small);
        var layer = SampleSweeps.Small.Layers[0];
        Assert.NotNull(pictures.Find(Path(channel: 5, seed: 3)));
        Assert.Null(pictures.Find(Path(channel: 6, seed: 3)));
        Assert.Null(pictures.Find(Path(channel: 5, seed: 1)));
        Assert.Null(pictures.Find(ResultLayout.Picture(new(layer.Model, layer.WeightsDigest, layer.Layer, 5, 3), new string('0', 16)).Value));
        Assert.Null(pictures.Find(ResultLayout.Plan(SampleSweeps.Small.Id).Value));

        string Path(int channel, int seed) => ResultLayout.Picture(new(layer.Model, layer.WeightsDigest, layer.Layer, channel, seed), SampleSweeps.Small.RecipeFor(layer).Hash).Value;
    }
}
