using AmViz.Onnx;
using AmViz.TestKit;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests.Onnx;

[Collection(TorchTests.Name)]
public sealed class OnnxFolderTests
{
    private const string Centred = """{"preprocessing": "x / 127.5 - 1"}""";
    private const double Allowed = 1e-6;

    [Fact]
    public void AModelAloneAsksHowPixelsWerePreparedAndNamesTheUsualFour()
    {
        using var folder = Folder(SmallModel.Network(), config: null);
        var refused = Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(folder.Path));
        Assert.Contains("nothing tells what is done to pixels before the network", refused.Message, StringComparison.Ordinal);
        Assert.Contains(folder.At("config.json"), refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, refused.Message.Split('\n').Count(line => line.StartsWith("  {\"preprocessing\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void WhatTheGraphTellsNeedsNoConfiguration()
    {
        using var folder = Folder(SmallModel.Network(), Centred);
        var network = WeightsFolder.Open(folder.Path).Description;

        Assert.Equal(("onnx", 16, 10), (network.Architecture, network.InputSize, network.Labels.Count));
        Assert.Equal(
            [
                "node_conv1 Convolution 8 8x8", "node_bn1 BatchNormalization 8 8x8 default", "node_relu1 Activation 8 8x8", "node_conv2 PointwiseConvolution 6 8x8 default",
                "node_add2 PointwiseConvolution 6 8x8", "node_pool2 Pooling 6 4x4", "logits Logits 10 1x1 default",
            ],
            network.Layers(16).Select(layer => $"{layer.Name} {layer.Kind} {layer.ChannelCount} {layer.Height}x{layer.Width}{(layer.IsDefaultTap ? " default" : "")}"));
        Assert.Equal("node_bn1", network.FindLayer("bn1", 16).Name);
        Assert.Equal("logits", network.FindLayer("node_logits", 16).Name);
        Assert.Contains("'node_conv1'", Assert.Throws<UnknownLayerException>(() => network.FindLayer("node_cnv1", 16)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralLayersOfOneRunAreThoseOfARunForEach()
    {
        using var folder = Folder(SmallModel.Network(), Centred);
        using var scope = NewDisposeScope();
        using var network = new NetworkSource(WeightsFolder.Open(folder.Path)).Load();
        var images = rand(1, network.Description.InputChannels.Count, 16, 16);
        string[] layers = [.. network.Description.LayerShapes.Select(layer => layer.Name), "node_conv1"];
        Assert.All(layers.Zip(network.ForwardLayers(images, layers)), layer => Assert.True(network.Forward(images, layer.First).allclose(layer.Second, 1e-4, 1e-5), layer.First));
    }

    [Fact]
    public void ASizeThatIsFixedInsideIsTheOnlyOne()
    {
        using var folder = Folder(SmallModel.Network(), Centred);
        var network = WeightsFolder.Open(folder.Path).Description;
        Assert.Contains("Choose 16: a size is fixed inside it.", Assert.Throws<ImageSizeException>(() => network.RequireSize(32)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullyConvolutionalGraphTakesOtherSizes()
    {
        using var folder = Folder(Convolutional(), Centred);
        var network = WeightsFolder.Open(folder.Path).Description;
        Assert.Equal((24, 32), (network.FindLayer("conv1", 48).Height, network.FindLayer("conv1", 64).Height));
    }

    [Fact]
    public void TokensAreFound()
    {
        using var folder = Folder(SmallModel.Transformer(), Centred);
        var network = WeightsFolder.Open(folder.Path).Description;
        var tokens = network.FindLayer("residual", 8);
        Assert.Equal((LayerKind.Tokens, 6, 5, 1, true), (tokens.Kind, tokens.ChannelCount, tokens.Height, tokens.PrefixTokens, tokens.IsDefaultTap));
        Assert.DoesNotContain(network.LayerShapes, layer => layer.Name is "node_scores" or "node_mixed" or "node_q_heads");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ValuesAreThoseOfTheGraphAndGradientsReachThePictures(bool isTransformer)
    {
        using var scope = NewDisposeScope();
        var model = isTransformer ? SmallModel.Transformer() : SmallModel.Network();
        using var folder = Folder(model, Centred);
        using var network = new NetworkSource(WeightsFolder.Open(folder.Path)).Load();
        using var graph = model.Open();
        var size = network.Description.InputSize;
        var images = rand([2, 3, size, size]).requires_grad_();

        foreach (var layer in network.Description.Layers(size))
        {
            var values = network.Forward(images, layer.Name);
            Assert.Equal(layer.Kind == LayerKind.Logits ? [2, layer.ChannelCount] : [2, layer.ChannelCount, layer.Height, layer.Width], values.shape);
            var channels = tensor([1L, 0L]);
            var expected = stack([values[0, 1].reshape(layer.Height, layer.Width), values[1, 0].reshape(layer.Height, layer.Width)]);
            Assert.Null(Tensors.Difference(expected.detach(), network.ForwardChannels(images, layer.Name, channels).detach(), Allowed, Allowed));
        }

        var output = network.Forward(images, "logits");
        var plain = cat([.. Enumerable.Range(0, 2).Select(i => graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = images.detach().narrow(0, i, 1) * 2 - 1 })["logits"])]);
        Assert.Null(Tensors.Difference(plain, output.detach(), Allowed, Allowed));
        output.sum().backward();
        Assert.True(images.grad!.abs().flatten(1).sum(1).min().item<float>() > 0);
    }

    [Fact]
    public void LoadedNetworksComputeWithTheWeightsThatTheirDescriptionHasRead()
    {
        using var folder = Folder(SmallModel.Transformer(), Centred);
        var source = new NetworkSource(WeightsFolder.Open(folder.Path));
        var images = rand([2, 3, 8, 8]);
        var before = Live();
        Tensor first;
        using (var network = source.Load())
        {
            // Factor and shift of the pixels; of its ten tensors of weights none is there twice.
            Assert.Equal(before + 2, Live());
            first = network.Forward(images, "logits");
        }

        first.Dispose();
        Assert.Equal(before, Live());
        using var again = source.Load();
        using var values = again.Forward(images, "logits");
        Assert.True(values.isfinite().all().item<bool>());

        static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
    }

    [Fact]
    public void TheMiddleOfTheGraphIsAllThatALayerNeeds()
    {
        using var folder = Folder(SmallModel.Network(), Centred);
        using var network = new NetworkSource(WeightsFolder.Open(folder.Path)).Load();
        // 3 x 3 x 3 weights at 8 x 8 places for 8 channels, or for the one that is drawn, then 8 x 6 at each, then 96 x 10.
        Assert.Equal(27 * 64, network.MultiplyAdds("node_conv1", 16));
        Assert.Equal((27 * 64 * 8) + (8 * 64), network.MultiplyAdds("node_add2", 16));
        Assert.Equal((27 * 64 * 8) + (48 * 64) + (96 * 10), network.MultiplyAdds("logits", 16));
    }

    [Theory]
    [InlineData(0.5, 0.25, 1)]
    [InlineData(120, 60, 255)]
    public void PixelsThatTheGraphPreparesAreGivenAsItTakesThem(double mean, double deviation, double brightest)
    {
        using var scope = NewDisposeScope();
        var model = new SmallModel().Input("x", -1, 3, 16, 16)
            .Constant("mean", full([1, 3, 1, 1], mean, ScalarType.Float32)).Constant("deviation", full([1, 3, 1, 1], deviation, ScalarType.Float32))
            .Weight("w", 4, 3, 3, 3)
            .Node("Sub", "centred", ["x", "mean"]).Node("Div", "scaled", ["centred", "deviation"]).Node("Conv", "conv", ["scaled", "w"])
            .Node("GlobalAveragePool", "pooled", ["conv"]).Node("Flatten", "scores", ["pooled"]).Output("scores");
        using var folder = Folder(model, config: null);
        using var network = new NetworkSource(WeightsFolder.Open(folder.Path)).Load();
        using var graph = model.Open();
        var images = rand([1, 3, 16, 16]);
        var expected = graph.Run(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = images * brightest })["scores"];
        Assert.Null(Tensors.Difference(expected, network.Forward(images, "logits"), 1e-5, 1e-5));
    }

    [Theory]
    [InlineData("""{"architecture": "mobilenet_v1", "preprocessing": "x / 127.5 - 1"}""", "describes a mobilenet_v1. Expected \"architecture\": \"onnx\" there, or none.")]
    [InlineData("""{"preprocessing": "x / 127.5 - 1", "sha256": "0000000000000000000000000000000000000000000000000000000000000000"}""", "expects 0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("""{"preprocessing": "x / 127.5 - 1", "labels": ["one", "two"]}""", "does not hold 10 labels but 2")]
    [InlineData("""{"preprocessing": "x / 127.5 - 1", "inputSize": 32}""", "The model was exported for")]
    [InlineData("""{"preprocessing": "x / 127.5 - 1", "classes": 5}""", "'classes' is 5, but the graph gives 10")]
    [InlineData("[]", "expected an object")]
    public void AConfigurationThatDoesNotFitIsRefused(string config, string words)
    {
        using var folder = Folder(SmallModel.Network(), config);
        Assert.Contains(words, Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGraphWithoutClassesHasNone()
    {
        var backbone = new SmallModel().Input("x", 1, 3, 32, 32).Weight("w", 4, 3, 3, 3).Node("Conv", "conv1", ["x", "w"]).Node("Relu", "relu1", ["conv1"]).Output("relu1");
        using var folder = Folder(backbone, Centred);
        var network = WeightsFolder.Open(folder.Path).Description;
        Assert.Empty(network.Labels);
        Assert.Equal(["node_conv1", "node_relu1"], network.LayerShapes.Select(layer => layer.Name));
    }

    [Fact]
    public void AModelOfSeveralInputsOrOfPicturesThatAreNotSquareIsRefused()
    {
        using var two = Folder(new SmallModel().Input("x", 1, 3, 16, 16).Input("y", 1, 3, 16, 16).Node("Add", "sum", ["x", "y"]).Output("sum"), Centred);
        Assert.Contains("takes 2 inputs ('x', 'y'); expected one, the pictures", Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(two.Path)).Message, StringComparison.Ordinal);
        using var wide = Folder(new SmallModel().Input("x", 1, 3, 16, 32).Weight("w", 4, 3, 3, 3).Node("Conv", "conv", ["x", "w"]).Output("conv"), Centred);
        Assert.Contains("takes pictures of 16 by 32 pixels; expected square ones", Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(wide.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelOfFreeSizeAsksForTheOneItWasTrainedOn()
    {
        using var folder = Folder(Convolutional(-1), Centred);
        Assert.Contains("\"inputSize\": 224", Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static SmallModel Convolutional(long size = 32) => new SmallModel().Input("x", 1, 3, size, size).Weight("w", 4, 3, 3, 3)
        .Node("Conv", "conv1", ["x", "w"], ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })).Node("Relu", "relu1", ["conv1"])
        .Node("GlobalAveragePool", "pooled", ["relu1"]).Node("Flatten", "scores", ["pooled"]).Output("scores");

    private static TemporaryFolder Folder(SmallModel model, string? config)
    {
        var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("net.onnx"), model.Bytes);
        if (config is not null)
        {
            File.WriteAllText(folder.At("config.json"), config);
        }

        return folder;
    }
}
