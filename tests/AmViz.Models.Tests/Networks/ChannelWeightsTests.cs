using AmViz.Models.Tests.Goldens;
using AmViz.Onnx.Tests;
using AmViz.TestKit;
using static TorchSharp.torch;

namespace AmViz.Models.Tests;

/// <summary>The weights that are told of a layer are those by which the network computes it.</summary>
[Collection(TorchTests.Name)]
public sealed class ChannelWeightsTests(ITestOutputHelper output) : IDisposable
{
    private const double Close = 0.9999;
    private const int Channel = 1;
    private const int Size = 64;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> FirstLayers => new()
    {
        { "tiny", "conv1" }, { "tiny", "conv1_bn" }, { "folded", "conv1_bn" }, { "onnx", "node_conv1" }, { "onnx", "node_bn1" },
        { "resnet18", "bn1" }, { "vgg11", "features.0" }, { "vit_b_16", "hidden_states_0" },
    };

    public static TheoryData<string, int> Networks => new()
    {
        { "tiny", 26 }, { "folded", 13 }, { "onnx", 2 }, { "densenet121", 100 }, { "efficientnet_b0", 30 }, { "googlenet", 20 }, { "mobilenet_v2_torchvision", 30 }, { "resnet50_v2", 30 },
    };

    public void Dispose() => _folder.Dispose();

    /// <summary>The gradient of a value with respect to the pixels that it sees is its filter, but for a factor of each colour.</summary>
    [Theory]
    [MemberData(nameof(FirstLayers))]
    public void OfTheFirstLayerTheyAreTheGradient(string name, string layer)
    {
        using var scope = NewDisposeScope();
        var source = Open(name);
        using var network = source.Load();
        var size = SizeOf(source);
        var image = rand(1, 3, size, size).requires_grad_();
        var values = network.Forward(image, layer)[0, Channel];                          // [h, w]
        values[values.shape[0] / 2, values.shape[1] / 2].backward();
        var seen = Window(image.grad![0]);

        var row = ChannelWeights.Of(source).Read([layer])[0][Channel];
        Assert.Equal(seen.Length, row.Length);
        Assert.All(seen.Chunk(seen.Length / 3).Zip(row.Chunk(row.Length / 3)), colour => Assert.InRange(Cosine(colour.First, colour.Second), Close, 1.0001));
    }

    /// <summary>A value less the weighted sum of what it sees is the same at every place: the summand.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void OfLayersThatSeeOnePlaceTheyMakeItsValue(string name, int atLeast)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var source = Open(name);
        using var network = source.Load();
        var weights = ChannelWeights.Of(source);
        var size = SizeOf(source);
        var shapes = source.Description.Layers(size).ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        WeightedLayer[] points = [.. weights.Layers.Where(layer => shapes.TryGetValue(layer.From, out var from) && from.ChannelCount == layer.Length && (from.Height, from.Width) == (shapes[layer.Name].Height, shapes[layer.Name].Width))];
        output.WriteLine($"{name}: {points.Length} of {weights.Layers.Count} layers");
        Assert.InRange(points.Length, atLeast, int.MaxValue);

        var image = rand(1, 3, size, size);
        foreach (var (point, rows) in points.Zip(weights.Read([.. points.Select(point => point.Name)])))
        {
            Assert.Equal(point.Channels, rows.Length);
            var values = network.ForwardLayers(image, [point.From, point.Name]);
            var sums = tensor(rows[Channel]).matmul(values[0][0].flatten(1));            // [h w]
            var rest = values[1][0, Channel].flatten() - sums;
            var scale = values[1][0, Channel].abs().max().item<float>() + sums.abs().max().item<float>();
            Assert.True((rest - rest.mean()).abs().max().item<float>() <= 1e-4 * scale, $"'{point.Name}' is not made of '{point.From}' by these weights.");
        }
    }

    [Fact]
    public void ANegativeFactorOfBatchNormTurnsThem()
    {
        var tiny = TinyWeights.Separate();
        tiny.Values["conv_pw_1_bn.weight"][Channel] *= -1;
        var (bare, normed) = ChannelWeights.Of(new(tiny.Open())).Read(["conv_pw_1", "conv_pw_1_bn"]) is [var one, var other] ? (one, other) : default;
        Assert.Equal(-1, Cosine(bare[Channel], normed[Channel]), 1e-6);
        Assert.Equal(1, Cosine(bare[Channel + 1], normed[Channel + 1]), 1e-6);
    }

    [Fact]
    public void OfASingleOutputThatIsShownAsTwoClassesOneTurnsTheOther()
    {
        var tiny = TinyWeights.Separate();
        tiny.Config["classes"] = 1;
        tiny.Set("conv_preds.weight", [1, 64, 1, 1], tiny.Values["conv_preds.weight"][..64]);
        tiny.Set("conv_preds.bias", [1], [0]);
        tiny.Labels = null;
        var rows = Assert.Single(ChannelWeights.Of(new(tiny.Open())).Read(["logits"]));
        Assert.Equal(2, rows.Length);
        Assert.Equal(-1, Cosine(rows[0], rows[1]), 1e-6);
    }

    [Theory]
    [InlineData("tiny", "conv_pw_5_relu", "has no weights of its own that make its channels. The nearest layer that has them is 'conv_pw_5_bn'")]
    [InlineData("tiny", "conv_dw_5_bn", "have nothing in common. The nearest layer whose channels see the same is 'conv_pw_4_bn'")]
    [InlineData("onnx", "node_relu1", "The nearest layer that has them is 'node_bn1'")]
    [InlineData("onnx", "node_pool2", "The nearest layer that has them is 'node_add2'")]
    [InlineData("swin", "patch_embed", "has no weights of its own")]                     // layer-norm behind the patches mixes channels
    [InlineData("resnet18", "layer2.0.add", "The nearest layer that has them is 'layer2.0.downsample.1'")]
    [InlineData("densenet121", "features.denseblock1.denselayer1.norm1", "The nearest layer that has them is 'features.norm0'")]
    public void OfALayerWithoutThemTheNearestWithThemIsNamed(string name, string layer, string said)
    {
        var weights = ChannelWeights.Of(Open(name));
        Assert.Contains(said, Assert.Throws<NoWeightsException>(() => weights.Find(layer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerThatIsNotThereIsRefusedWithNearNames()
        => Assert.Contains("'conv_pw_5_bn'", Assert.Throws<UnknownLayerException>(() => ChannelWeights.Of(Open("tiny")).Find("conv_pw5_bn")).Message, StringComparison.Ordinal);

    [Fact]
    public void HiddenUnitsOfAPerceptronAreComparedByWhatGoesIntoThem()
    {
        var weights = ChannelWeights.Of(Open("vit_b_16"));
        Assert.Equal(("attended_3", 768L, 3072), (weights.Find("intermediate_3").From, weights.Find("intermediate_3").Length, weights.Find("intermediate_3").Channels));
    }

    [Fact]
    public void AProgramDoesNotTellWhichWeightsMakeAChannel()
    {
        using var folder = ScriptFolder.Modules();
        Assert.Contains("is a TorchScript program", Assert.Throws<NoWeightsException>(() => ChannelWeights.Of(folder.Open())).Message, StringComparison.Ordinal);
    }

    private NetworkSource Open(string name)
    {
        if (name is "tiny" or "folded")
        {
            return new((name == "tiny" ? TinyWeights.Separate() : TinyWeights.Folded()).Open());
        }

        if (name != "onnx")
        {
            return new(Golden.Read(name).Open());
        }

        File.WriteAllBytes(_folder.At("net.onnx"), SmallModel.Network().Bytes);
        File.WriteAllText(_folder.At("config.json"), """{"preprocessing": "x / 127.5 - 1"}""");
        return new(WeightsFolder.Open(_folder.Path));
    }

    private static int SizeOf(NetworkSource source) => Math.Min(Size, source.Description.InputSize);

    // What of a gradient [3, H, W] is not zero.
    private static float[] Window(Tensor gradient)
    {
        var (rows, columns) = (Extent(gradient.abs().sum([0L, 2L])), Extent(gradient.abs().sum([0L, 1L])));
        return gradient.narrow(1, rows.First, rows.Length).narrow(2, columns.First, columns.Length).contiguous().data<float>().ToArray();
    }

    private static (int First, int Length) Extent(Tensor sums)
    {
        var numbers = sums.data<float>().ToArray();
        var first = Array.FindIndex(numbers, number => number > 0);
        return (first, Array.FindLastIndex(numbers, number => number > 0) - first + 1);
    }

    private static double Cosine(float[] one, float[] other)
        => one.Zip(other, (a, b) => (double)a * b).Sum() / Math.Sqrt(one.Sum(a => (double)a * a) * other.Sum(b => (double)b * b));
}
