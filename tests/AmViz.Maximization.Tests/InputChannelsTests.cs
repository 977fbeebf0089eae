using AmViz.Imaging;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests;

/// <summary>Networks whose pictures have one, two, four and more channels are drawn, read back and attacked as those of three.</summary>
[Collection(TorchTests.Name)]
public sealed class InputChannelsTests
{
    public static TheoryData<int, string> ChannelsAndRecipes
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var channels in (int[])[1, 2, 3, 4, 7])
            {
                // Photographs have the bands that they have.
                foreach (var recipe in Recipes.All.Where(recipe => recipe != Recipes.Vital))
                {
                    data.Add(channels, recipe.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ChannelsAndRecipes))]
    public async Task EveryRecipeDrawsPicturesOfAnyNumberOfChannels(int channels, string recipeName)
    {
        var source = new Tiny(channels);
        using var renderer = new TorchChannelRenderer(source, new RendererOptions { Device = "cpu" });
        var named = Recipes.Find(recipeName)!;
        var recipe = named with { Size = 32, Steps = 30, Prior = named.Prior is { } prior ? prior with { Weight = 0.01 } : null };

        var drawn = Assert.Single(await renderer.RenderAsync(new(recipe, [Task("conv_pw_3_bn")], 1), progress: null, checkpoints: null, TestContext.Current.CancellationToken));

        Assert.Equal(ChannelOutcome.Rendered, drawn.Outcome);
        Assert.True(drawn.Record.Objective.Final > drawn.Record.Objective.Initial);
        using var scope = NewDisposeScope();
        var read = NetworkInput.Read(drawn.Picture.ToArray(), "the picture", source.Network.Description).Picture;
        var image = NetworkInput.ToImages([read], source.Network.Description, CPU);
        Assert.Equal([1, channels, 32, 32], image.shape);
        if (!recipe.Transparency)
        {
            // What was saved has the objective that is told, but for the rounding to 8 bits.
            var objective = Objective.Channel("conv_pw_3_bn").Evaluate(source.Network, image, tensor(new long[] { 1 })).item<float>();
            Assert.InRange(objective, drawn.Record.Objective.Final - 0.1f * MathF.Abs(drawn.Record.Objective.Final), drawn.Record.Objective.Final + 0.1f * MathF.Abs(drawn.Record.Objective.Final));
        }
    }

    [Fact]
    public async Task PicturesOfOneChannelAreGreyFilesAndSoAreThoseThatARecipeHoldsGrey()
    {
        using var one = new TorchChannelRenderer(new Tiny(1), new RendererOptions { Device = "cpu" });
        using var three = new TorchChannelRenderer(new Tiny(3), new RendererOptions { Device = "cpu" });
        var recipe = Recipes.Paper with { Size = 32, Steps = 4 };
        foreach (var (renderer, drawn) in new[] { (one, recipe), (three, recipe with { Greyscale = true }) })
        {
            var png = (await renderer.RenderAsync(new(drawn, [Task("conv_pw_3_bn")], 1), progress: null, checkpoints: null, TestContext.Current.CancellationToken))[0].Picture.ToArray();
            Assert.Equal(0, png[25]);                                       // PNG, IHDR: colour type 0 is grey
            Assert.All(PngCodec.Decode(png).Picture.Rgb.ToArray().Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task AttacksStayInTheBallWhateverTheChannels(int channels)
    {
        var folder = Directory.CreateTempSubdirectory("amviz-test-");
        try
        {
            TinyWeights.Separate(channels).WriteTo(folder.FullName);
            var source = NetworkCatalogue.Open(model: null, folder.FullName);
            using var attacker = new TorchAttacker(source, new RendererOptions { Device = "cpu" });
            var panels = new ChannelPanels(source.Description.InputChannels);
            var original = panels.ToPicture([.. Enumerable.Range(0, channels * 32 * 32).Select(i => i * 37 % 256 / 255f)], 32, 32);
            var settings = AttackSettings.Transformer with { Steps = 5, MaxSteps = 5, Alpha = 1 };

            var example = Assert.Single(await attacker.AttackAsync(settings, [new AttackPair(original, 3)], progress: null, TestContext.Current.CancellationToken));

            var perturbation = new Perturbation(original, example.Picture, source.Description.InputChannels);
            Assert.InRange(perturbation.LInfinity, 1 / 255.0, settings.Epsilon);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void AFileWithOtherBandsThanTheNetworkHasChannelsIsRefused()
    {
        var error = Assert.Throws<UnsupportedPictureException>(() => NetworkInput.Read(
            PngCodec.Encode(new Picture(2, 2, new byte[12])), "a.png", new Tiny(4).Network.Description));
        Assert.Contains("a.png has 3 bands; 'tiny' has 4 input channels", error.Message, StringComparison.Ordinal);
    }

    private static ChannelTask Task(string layer) => new("tiny", "d1ce", layer, 1, 0);

    private sealed class Tiny(int channels) : INetworkSource
    {
        public GraphNetwork Network { get; } = TinyWeights.Separate(channels).Load();

        public INetwork Load(string model, string weightsDigest, Device device) => Network;
    }
}
