using AmViz.TestKit;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests.Networks;

/// <summary>A network whose weights changed places: above a layer and below it nothing else is touched.</summary>
[Collection(TorchTests.Name)]
public sealed class WeightShuffleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheNumbersOfATensorStayTheSameInAnOrderThatItsNameDecides()
    {
        using var scope = NewDisposeScope();
        var weights = rand(4, 3, 3, 3, generator: new Generator(1));
        var shuffled = ShuffledTensors.Shuffle(weights, "conv.weight");
        Assert.Equal(weights.shape, shuffled.shape);
        Assert.True(weights.reshape(-1).sort().Values.eq(shuffled.reshape(-1).sort().Values).all().item<bool>());
        Assert.False(weights.eq(shuffled).all().item<bool>());
        Assert.True(shuffled.eq(ShuffledTensors.Shuffle(weights, "conv.weight")).all().item<bool>());
        Assert.False(shuffled.eq(ShuffledTensors.Shuffle(weights, "other.weight")).all().item<bool>());
    }

    [Theory]
    [InlineData(ShuffleReach.Nearest, true, true)]
    [InlineData(ShuffleReach.All, false, false)]
    public void OfANetworkOfLayersTheKernelsAreShuffledFromTheLayerDown(ShuffleReach reach, bool isFirstSame, bool isBelowSame)
    {
        var same = Compare(TinyWeights.Separate().Load(), TinyWeights.Separate().Load(shuffle: new("conv_pw_3_relu", reach)), 32, "conv1_bn", "conv_dw_3_relu", "conv_pw_3");
        Assert.Equal([isFirstSame, isBelowSame, false], same);
    }

    [Theory]
    [InlineData(ShuffleReach.Nearest, true)]
    [InlineData(ShuffleReach.All, false)]
    public void OfAGraphTheKernelsAreShuffledFromTheLayerDown(ShuffleReach reach, bool isBelowSame)
    {
        File.WriteAllBytes(_folder.At("model.onnx"), TwoConvolutions());
        File.WriteAllText(_folder.At("config.json"), """{"preprocessing": "x / 127.5 - 1"}""");
        var source = new NetworkSource(WeightsFolder.Open(_folder.Path));
        Assert.Equal([isBelowSame, false], Compare(source.Load(), source.Load(shuffle: new("act", reach)), 16, "first", "second"));
        // What is shared with other graphs of the file is as it was.
        Assert.Equal([true, true], Compare(source.Load(), source.Load(), 16, "first", "second"));
    }

    [Fact]
    public void WhereNoWeightsAreThereIsNothingToShuffle()
    {
        var thrown = Assert.Throws<WeightsFormatException>(() => ShuffleSearch.Find("pool", _ => [], _ => [], new WeightShuffle("pool", ShuffleReach.All)));
        Assert.Contains("'pool' is made without weights", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProgramIsRefused()
    {
        using var script = ScriptFolder.Modules();
        var source = script.Open();
        var layer = source.Description.LayerShapes[0].Name;
        Assert.Contains("Export the network to ONNX", Assert.Throws<WeightsFormatException>(() => source.Load(shuffle: new(layer, ShuffleReach.All))).Message, StringComparison.Ordinal);
    }

    // Whether values of layers are the same in both networks.
    private static IReadOnlyList<bool> Compare(INetwork one, INetwork other, int size, params string[] layers)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using (one)
        using (other)
        {
            var images = rand(1, 3, size, size, generator: new Generator(1));
            return [.. layers.Select(layer => one.Forward(images, layer).eq(other.Forward(images, layer)).all().item<bool>())];
        }
    }

    private static byte[] TwoConvolutions()
        => new SmallModel().Input("x", 1, 3, 16, 16).Weight("w1", 4, 3, 3, 3).Weight("w2", 5, 4, 3, 3)
            .Node("Conv", "first", ["x", "w1"]).Node("Relu", "between", ["first"]).Node("Conv", "second", ["between", "w2"]).Node("Relu", "act", ["second"]).Output("act").Bytes;
}
