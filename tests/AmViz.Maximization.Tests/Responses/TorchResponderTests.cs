using System.Text.Json;
using AmViz.Imaging;
using AmViz.Networks;
using AmViz.Responses;
using AmViz.TestKit;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Responses;

[Collection(TorchTests.Name)]
public sealed class TorchResponderTests
{
    private const string Logits = "logits";

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResponsesAreTheLargestValuesOfTheMaps()
    {
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var responder = new TorchResponder(source, new() { Device = "cpu" });
        Picture[] pictures = [.. Enumerable.Range(0, 5).Select(Texture)];
        var responses = await responder.RespondAsync(pictures, ["conv_pw_3_bn", Logits], 8, Token);

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = source.Load();
        var images = NetworkInput.ToImages([.. pictures, .. Enumerable.Repeat(pictures[^1], 3)], source.Description, CPU);
        var maps = network.Forward(images, "conv_pw_3_bn").narrow(0, 0, 5);
        Assert.Equal(maps.amax([2, 3]).contiguous().data<float>().ToArray(), responses[0].Peaks);
        Assert.Equal(ClassOdds.Of(network.Forward(images, Logits), 5).Peaks, responses[1].Peaks);
    }

    /// <summary>Where a layer and its ReLU, one of the two or neither are wanted, responses are those of the values that the network gives of each layer alone.</summary>
    [Theory]
    [InlineData("conv1_bn", "conv1_relu", "conv_pw_2_bn", "conv_pw_2_relu", "logits")]
    [InlineData("conv_pw_2_relu", "conv1_bn", "conv_pw_2_relu", "conv_dw_3_bn")]
    public async Task LayersBeforeAndAfterAReluRespondAsEachAlone(params string[] layers)
    {
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var responder = new TorchResponder(source, new() { Device = "cpu" });
        Picture[] pictures = [.. Enumerable.Range(0, 3).Select(Texture)];
        var together = await responder.RespondAsync(pictures, layers, 4, Token);

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = source.Load();
        var images = NetworkInput.ToImages([.. pictures, pictures[^1]], source.Description, CPU);
        foreach (var (layer, found) in layers.Zip(together))
        {
            var values = network.Forward(images, layer);
            var expected = layer == Logits ? ClassOdds.Of(values, 3) : MapReduction.Of(values, 3);
            Assert.Equal(expected.Peaks, found.Peaks);
            Assert.Equal(expected.Means, found.Means);
            Assert.Equal(expected.Strongest, found.Strongest);
            Assert.Equal(expected.Weakest, found.Weakest);
        }
    }

    /// <summary>The whole chain but the files: textures, batches, shards, merging, tables.</summary>
    [Fact]
    public async Task ClassesOfTexturenetRespondToTheirTextures()
    {
        const int Count = 34 * 12;
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var responder = new TorchResponder(source, new() { Device = "cpu" });
        var plan = new ResponsePlan(source.Description.Name, source.Description.WeightsDigest, 96, [new(Logits, 34, 1, 1, 0, IsTokens: false, source.Description.Labels)], PhotographSource.OfTextures(Count), 128, 34);
        var pass = new PassStatistics(plan);
        var all = new List<(Photograph Photograph, float[] Responses)>();
        foreach (var index in Enumerable.Range(0, plan.ShardCount).Reverse())
        {
            pass.Add(await ShardAsync(plan, index, responder, all));
        }

        var report = new LayerReport(pass, 0);
        var rows = report.Channels().ToList();
        Assert.InRange(rows.Count(row => row.BestLabel == row.Label), 33, 34);
        var top = report.Examples().Where(row => row.Kind == ExampleKind.Top).ToLookup(row => row.Channel);
        Assert.InRange(top.SelectMany(channel => channel).Count(row => TextureSeries.LabelOf(row.Number) == row.Channel), 0.95 * 34 * 9, 34 * 9);
        Assert.All(Enumerable.Range(0, 34), channel => Assert.Equal(
            all.OrderByDescending(one => one.Responses[channel]).ThenBy(one => one.Photograph.Digest).Take(9).Select(one => one.Photograph.Number),
            top[channel].OrderBy(row => row.Rank).Select(row => row.Number)));
    }

    [Fact]
    public async Task FieldsAreMeasuredAfterResponsesWithTheSameNetwork()
    {
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var responder = new TorchResponder(source, new() { Device = "cpu" });
        var layer = source.Description.FindLayer("conv_pw_3_bn", 96);
        await responder.RespondAsync([Texture(1)], [layer.Name], 1, Token);
        var field = await responder.MeasureFieldAsync(new(layer.Name, layer.ChannelCount, layer.Height, layer.Width, 0, IsTokens: false, []), Token);
        var position = (layer.Height / 2 * layer.Width) + (layer.Width / 2);
        var boxes = await responder.MeasureEffectiveAsync(layer.Name, [new(Texture(1), 0, position)], 2, Token);
        var (seen, all) = (Assert.Single(boxes)!.Value, field.At(layer.Height / 2, layer.Width / 2, 96));
        Assert.InRange(seen.Left, all.Left, all.Left + all.Width - seen.Width);
        Assert.InRange(seen.Top, all.Top, all.Top + all.Height - seen.Height);
        Assert.StartsWith("cpu libtorch", responder.Environment, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("texturenet", "conv_pw_3_bn", 0)]
    [InlineData("texturevit", "hidden_states_2", 1)]
    public async Task AMapHasTheValuesOfItsChannelAtEveryPatchOfThePicture(string model, string layer, int prefix)
    {
        var source = NetworkCatalogue.Open(model, weightsPath: null);
        using var responder = new TorchResponder(source, new() { Device = "cpu" });
        Picture[] pictures = [.. Enumerable.Range(0, 3).Select(Texture)];
        var maps = await responder.ReadMapsAsync(layer, [.. pictures.Select((picture, n) => new MapRequest(picture, 5 - n))], 4, Token);

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = source.Load();
        var values = network.Forward(NetworkInput.ToImages(pictures, source.Description, CPU), layer);
        Assert.Equal(3, maps.Count);
        for (var n = 0; n < 3; n++)
        {
            var expected = values[n][5 - n].flatten().contiguous().data<float>().ToArray()[prefix..];
            Assert.Equal(expected.Length, maps[n].Length);
            Assert.All(expected.Zip(maps[n]), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    [Fact]
    public async Task TexturesOfOneClassAreMoreAlikeToTexturenetThanThoseOfTwoAndItNamesTheirClass()
    {
        const int Classes = 34;
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var responder = new TorchResponder(source, new() { Device = "cpu" });
        var views = new List<PictureView>();
        foreach (var some in Enumerable.Range(0, 2 * Classes).Chunk(16))
        {
            views.AddRange(await responder.ViewAsync([.. some.Select(Texture)], 16, Token));
        }

        Assert.InRange(views.Index().Count(view => ClassRecognition.Of(view.Item.Odds, view.Index % Classes, [0]).Place == 1), 2 * Classes * 0.9, 2 * Classes);
        var common = CommonRepresentation.Of(views);
        PictureView[] apart = [.. views.Select(common.Without)];
        var alike = Enumerable.Range(0, Classes).Average(one => apart[one].Likeness(apart[one + Classes]));
        var unlike = Enumerable.Range(0, Classes).Average(one => apart[one].Likeness(apart[((one + 17) % Classes) + Classes]));
        Assert.True(alike > unlike + 0.5, $"alike {alike}, unlike {unlike}");
    }

    private static async Task<ShardStatistics> ShardAsync(ResponsePlan plan, int index, TorchResponder responder, List<(Photograph, float[])> all)
    {
        var shard = plan.Shard(index);
        var builder = new ShardBuilder(plan, shard, "test", ResponseSample.Of(plan.Photographs.Count).ToHashSet());
        foreach (var batch in Enumerable.Range((int)shard.First, shard.Count).Chunk(plan.Batch))
        {
            Picture[] pictures = [.. batch.Select(Texture)];
            Photograph[] photographs = [.. batch.Zip(pictures, (number, picture) => new Photograph(number, ContentDigest.Of(picture.Rgb.Span), "", TextureSeries.LabelOf(number), 96, 96))];
            var responses = await responder.RespondAsync(pictures, [Logits], plan.Batch, Token);
            builder.Add(photographs, responses);
            all.AddRange(photographs.Select((photograph, n) => (photograph, responses[0].Peaks[(n * 34)..((n + 1) * 34)])));
        }

        return builder.Finish();
    }

    private static Picture Texture(int number) => Picture.FromPlanes(TextureSeries.Draw(number, 96), 96, 96);
}
