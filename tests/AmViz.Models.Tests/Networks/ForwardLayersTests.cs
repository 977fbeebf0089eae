using AmViz.Models.Tests.Goldens;
using AmViz.TestKit;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests;

/// <summary>One run for several layers gives each of them the values that a run for it alone gives, bit for bit.</summary>
[Collection(TorchTests.Name)]
public sealed class ForwardLayersTests
{
    [Fact]
    public void OfANetworkOfLayers() => AssertSame(TinyWeights.Separate().Load());

    [Theory]
    [InlineData("modules")]
    [InlineData("tuple")]
    [InlineData("upto")]
    public void OfAProgram(string taps)
    {
        using var folder = taps switch { "modules" => ScriptFolder.Modules(), "tuple" => ScriptFolder.Tuple(), _ => ScriptFolder.UpTo() };
        AssertSame(folder.Open().Load());
    }

    [Theory]
    [InlineData("convnext_v2")]
    [InlineData("densenet121")]
    [InlineData("dinov2_registers")]
    [InlineData("efficientnet_b0")]
    [InlineData("googlenet")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("resnet18")]
    [InlineData("swin_v2")]
    public void OfNetworksWhoseLayersAreReadMoreThanOnce(string name)
    {
        const int Compared = 5;
        var golden = Golden.Read(name);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = GraphNetwork.Load(golden.Open(), CPU);
        string[] layers = [.. network.Description.LayerShapes.Select(layer => layer.Name)];
        var images = FormulaTensors.Picture(golden.Size);

        var together = network.ForwardLayers(images, layers);

        foreach (var place in Enumerable.Range(0, Compared).Select(i => i * (layers.Length - 1) / (Compared - 1)))
        {
            Assert.True(network.Forward(images, layers[place]).eq(together[place]).all().item<bool>(), $"'{layers[place]}' differs.");
        }
    }

    [Fact]
    public void WhatNobodyNeedsAnyMoreIsFreedOnTheWay()
    {
        using var network = TinyWeights.Separate().Load();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        string[] layers = [.. network.Description.LayerShapes.Select(layer => layer.Name)];
        var shown = new List<Tensor>();
        network.VisitLayers(rand(2, 3, 32, 32), layers, (place, values) =>
        {
            Assert.Equal(shown.Count, place);
            Assert.InRange(shown.Count(earlier => !earlier.IsInvalid), 0, 1);
            shown.Add(values);
        });

        Assert.Equal(layers.Length, shown.Count);
        Assert.All(shown, values => Assert.True(values.IsInvalid));
    }

    [Theory]
    [InlineData("_bn")]
    [InlineData("_relu")]
    [InlineData("_bn", "_relu", "logits")]
    public void ALayerAndItsReluAreShownAtOnceAndTheRunGoesOnWithTheLatter(params string[] ends)
    {
        using var network = TinyWeights.Separate().Load();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var images = rand(2, 3, 32, 32);
        string[] layers = [.. network.Description.LayerShapes.Select(layer => layer.Name).Where(name => ends.Any(end => name.EndsWith(end, StringComparison.Ordinal)))];
        var (alone, seen, clipped) = (network.ForwardLayers(images, layers), new int[layers.Length], 0);

        void See(int place, Tensor values)
        {
            Assert.True(alone[place].eq(values).all().item<bool>(), $"'{layers[place]}' differs.");
            seen[place]++;
        }

        network.VisitLayers(images, layers, See, (before, after, values, ceiling) =>
        {
            Assert.Equal(6, ceiling);
            before.ToList().ForEach(place => See(place, values));
            nn.functional.relu6(values, inplace: true);
            after.ToList().ForEach(place => See(place, values));
            clipped++;
        });

        Assert.All(seen, times => Assert.Equal(1, times));
        Assert.True(clipped > 0);
    }

    [Fact]
    public void WithGradientsNothingIsOverwritten()
    {
        using var network = TinyWeights.Separate().Load();
        using var scope = NewDisposeScope();
        string[] layers = [.. network.Description.LayerShapes.Select(layer => layer.Name)];
        var shown = 0;
        network.VisitLayers(rand(1, 3, 32, 32), layers, (_, _) => shown++, (_, _, _, _) => Assert.Fail("Values that gradients need were offered for overwriting."));
        Assert.Equal(layers.Length, shown);
    }

    [Fact]
    public void ALayerThatDoesNotExistIsNamed()
    {
        using INetwork network = TinyWeights.Separate().Load();
        using var scope = NewDisposeScope();
        Assert.Contains("'conv_9'", Assert.Throws<UnknownLayerException>(() => network.ForwardLayers(zeros(1, 3, 32, 32), ["logits", "conv_9"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfATrainedTransformer()
    {
        var weights = SharedData.Weights("vit_tiny_patch16_224");
        Assert.SkipWhen(SharedData.WhyMissing(weights) is not null, SharedData.WhyMissing(weights) ?? "");
        using var scope = NewDisposeScope();
        using var network = new NetworkSource(WeightsFolder.Open(weights)).Load();
        using var frozen = no_grad();
        var images = rand(1, 3, 224, 224);
        string[] layers = [.. network.Description.LayerShapes.TakeLast(4).Select(layer => layer.Name)];
        AssertSame(network, images, layers);
    }

    private static void AssertSame(INetwork loaded)
    {
        using var network = loaded;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        string[] layers = [.. network.Description.LayerShapes.Select(layer => layer.Name)];
        AssertSame(network, rand(2, 3, 32, 32), layers);
        AssertSame(network, rand(2, 3, 32, 32), [.. layers.Reverse(), layers[0]]);
    }

    private static void AssertSame(INetwork network, Tensor images, string[] layers)
    {
        var together = network.ForwardLayers(images, layers);
        Assert.Equal(layers.Length, together.Count);
        foreach (var (layer, values) in layers.Zip(together))
        {
            var alone = network.Forward(images, layer);
            Assert.Equal(alone.shape, values.shape);
            Assert.True(alone.eq(values).all().item<bool>(), $"'{layer}' differs.");
        }
    }
}
