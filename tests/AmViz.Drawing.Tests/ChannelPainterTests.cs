using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Sweeps;

namespace AmViz.Drawing.Tests;

public sealed class ChannelPainterTests : IDisposable
{
    private static readonly RenderRecipe Small = Recipes.Paper with { Size = 32, Steps = 4 };
    private static readonly NetworkSource Network = NetworkCatalogue.Open("texturenet");

    private readonly ChannelPainter _painter = new(new() { Device = "cpu", BatchSize = 1 });

    public void Dispose() => _painter.Dispose();

    [Fact]
    public async Task AChannelIsOneCall()
    {
        var drawn = await Draw("logits", 2, Small);

        Assert.Equal(ChannelOutcome.Rendered, drawn.Outcome);
        Assert.Equal((32, 32), Size(drawn));
        Assert.Equal((Network.Description.Labels[2], "logits", 2, 0), (drawn.Record.Label, drawn.Record.Task.Layer, drawn.Record.Task.Channel, drawn.Record.Task.Seed));
        Assert.Equal(Small.Hash, drawn.Record.Recipe.Hash);
    }

    [Fact]
    public async Task ThePictureIsTheOneThatASweepDraws()
    {
        var plan = SweepPlanner.Plan(
            new() { Models = [new() { Model = "texturenet", Layers = [new("conv_pw_2_bn", ChannelSet.Of(3))] }], Recipe = Small, Seeds = [7] }, CatalogueModelDescription.Open);
        using var renderer = new TorchChannelRenderer(new KnownNetworks([Network]), new() { Device = "cpu", BatchSize = 1 });

        var swept = await new BatchDrawing([renderer]).DrawAsync(plan, report: null, TestContext.Current.CancellationToken);
        var painted = await _painter.DrawAsync(Network, "conv_pw_2_bn", 3, Small, seed: 7, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Assert.Single(swept).Picture.ToArray(), painted.Picture.ToArray());
    }

    [Fact]
    public async Task ARecipeWithoutSizeDrawsAtTheInputSizeOfTheNetwork()
        => Assert.Equal((Network.Description.InputSize, Network.Description.InputSize), Size(await Draw("conv_pw_2_bn", 0, Recipes.Paper with { Steps = 1 })));

    [Fact]
    public async Task OneNetworkAfterTheOther()
    {
        var other = NetworkCatalogue.Open("texturevit");

        Assert.Equal("texturevit", (await _painter.DrawAsync(other, "logits", 0, Recipes.Paper with { Steps = 1 }, cancellationToken: TestContext.Current.CancellationToken)).Record.Task.Model);
        Assert.Equal("texturenet", (await Draw("logits", 0, Small)).Record.Task.Model);
    }

    [Theory]
    [InlineData("conv_pw_99", 0, "conv_pw_99")]
    [InlineData("logits", 34, "34")]
    [InlineData("conv_pw_*_bn", 0, "Expected one.")]
    public async Task AMistakeSaysWhatWasFound(string layer, int channel, string expected)
    {
        var error = await Assert.ThrowsAsync<SpecException>(() => Draw(layer, channel, Small));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProgressIsReportedAndCancellationHonoured()
    {
        using var cancelling = new CancellationTokenSource();
        var steps = new Cancelling(cancelling);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _painter.DrawAsync(Network, "conv_pw_2_bn", 0, Small with { Steps = 10_000 }, progress: steps, cancellationToken: cancelling.Token));

        Assert.Equal(10_000, steps.Last.Steps);
        Assert.True(steps.Last.Step < 10_000);
    }

    private Task<RenderedChannel> Draw(string layer, int channel, RenderRecipe recipe)
        => _painter.DrawAsync(Network, layer, channel, recipe, cancellationToken: TestContext.Current.CancellationToken);

    private static (int, int) Size(RenderedChannel drawn)
    {
        var picture = PngCodec.Decode(drawn.Picture.ToArray()).Picture;
        return (picture.Width, picture.Height);
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<BatchProgress>
    {
        public BatchProgress Last { get; private set; }

        public void Report(BatchProgress value)
        {
            Last = value;
            source.Cancel();
        }
    }
}
