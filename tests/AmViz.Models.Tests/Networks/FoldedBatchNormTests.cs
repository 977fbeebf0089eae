using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Models.Tests.Goldens;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests;

/// <summary>Weights with batch-norm folded in give what the goldens have, which other implementations computed with batch-norm apart.</summary>
[Collection(TorchTests.Name)]
public sealed class FoldedBatchNormTests(ITestOutputHelper output)
{
    // Folded weights are rounded to float32 once more.
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Names =>
        ["inception_v3_keras", "inception_v3_torchvision", "mobilenet_v1", "mobilenet_v2_keras", "mobilenet_v2_torchvision", "resnet50_v2", "densenet121", "mobilenet_v3_small", "regnet_y_400mf"];

    [Theory]
    [MemberData(nameof(Names))]
    public void FoldedWeightsAreRecognizedAndGiveTheNumbersOfSeparateBatchNorm(string name)
    {
        var golden = Golden.Read(name);
        using var scope = torch.NewDisposeScope();
        WeightsFolder folder = Open(golden, batchNorm: null);
        using var network = GraphNetwork.Load(folder, torch.CPU, torch.ScalarType.Float64);
        using torch.Tensor picture = FormulaTensors.Picture(golden.Size).to(torch.ScalarType.Float64);
        LayerGraph separate = golden.Graph();

        double logits = network.Forward(picture, NetworkDescription.Logits)[0].data<double>().ToArray().Zip(golden.Logits, (a, b) => Math.Abs(a - b)).Max() / golden.Logits.Max(Math.Abs);
        string[] taps = [.. golden.Layers.Keys.Where(tap => separate.Layers.Single(layer => layer.Name == separate.Aliases.GetValueOrDefault(tap, tap)) is not Convolution)];
        double layers = taps.Max(tap => golden.Layers[tap].ErrorOf(network.Forward(picture, tap)));

        output.WriteLine($"{name}: logits {logits:0.0e0}, {taps.Length} layers {layers:0.0e0}");
        Assert.InRange(logits, 0, Tolerance);
        Assert.InRange(layers, 0, Tolerance);
        Assert.Equal(golden.Open().Description.Parameters, folder.Description.Parameters);
        Assert.DoesNotContain(folder.Warnings, warning => warning.Contains("tensors are", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheConfigurationOverridesWhatTheTensorsTell(string name)
    {
        var golden = Golden.Read(name);

        Assert.Null(Open(golden, "folded").Description.MissingTensor);
        Assert.Contains("are missing and", Assert.Throws<WeightsFormatException>(() => Open(golden, "separate")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ABareConvolutionThatCannotBeHadMeansTheValueAfterBatchNorm(string name)
    {
        var golden = Golden.Read(name);
        BatchNormalization norm = golden.Graph().Layers.OfType<BatchNormalization>().Last(one => one.Folds is not null);

        Assert.Equal(norm.Name, Open(golden, batchNorm: null).Description.FindShape(norm.Folds!.Name).Name);
    }

    [Fact]
    public void BatchNormThatFollowsNoConvolutionStays()
    {
        LayerGraph folded = KerasOrderTests.Graph("resnet_v2, folded");

        Assert.Equal(["conv2_block1_preact_bn", "conv5_block3_preact_bn", "post_bn"], folded.Layers.OfType<BatchNormalization>().Select(norm => norm.Name).Where((_, i) => i is 0 or 15 or 16));
        Assert.Equal(17, folded.Layers.OfType<BatchNormalization>().Count());
    }

    [Theory]
    [InlineData("inception_v3_torchvision")]
    [InlineData("mobilenet_v2_torchvision")]
    public void NamesOfTorchvisionAreKnownWithBatchNormFolded(string name)
    {
        var golden = Golden.Read(name);
        var norms = golden.Keys!.Keys.Where(key => key.EndsWith(".running_mean", StringComparison.Ordinal)).Select(key => key[..^".running_mean".Length]).ToList();
        var kept = golden.Keys!.Where(key => !norms.Exists(norm => key.Key.StartsWith($"{norm}.", StringComparison.Ordinal))).ToList();
        var biases = kept.Where(key => key.Value.Length == 4).Select(key => (key.Key.Replace(".weight", ".bias", StringComparison.Ordinal), new long[] { key.Value[0] }));

        WeightsFolder folder = golden.Open([.. kept.Select(key => (key.Key, key.Value)), .. biases]);

        Assert.Null(folder.Description.MissingTensor);
        Assert.DoesNotContain(folder.Warnings, warning => warning.Contains("tensors are", StringComparison.Ordinal));
    }

    [Fact]
    public void AnotherEpsilonThanThatOfTheDefinitionIsRefused() => Assert.Contains(
        "'batchNorm' tells an epsilon of 0.5; that of this architecture and definition is 0.001",
        Assert.Throws<WeightsFormatException>(() => Open(Golden.Read("mobilenet_v2_keras"), "separate, epsilon 0.5")).Message, StringComparison.Ordinal);

    private static WeightsFolder Open(Golden golden, string? batchNorm)
    {
        LayerGraph graph = golden.Graph();
        JsonObject config = JsonNode.Parse(golden.Config.GetRawText())!.AsObject();
        config.Remove("batchNorm");
        if (batchNorm is not null)
        {
            config["batchNorm"] = batchNorm;
        }

        byte[] written = JsonSerializer.SerializeToUtf8Bytes(config);
        double epsilon = WeightsConfig.Read(new MemoryStream(written), "config.json") switch
        {
            { Blueprint: MobileNetV1Blueprint mobile } => mobile.Epsilon,
            { Blueprint: MobileNetV2Blueprint mobile } => mobile.Epsilon,
            { Blueprint: ResNetV2Blueprint } => ResNetV2Blueprint.Epsilon,
            { Blueprint: NormalizedBlueprint named } => named.Epsilon,
            _ => InceptionV3Builder.Epsilon,
        };
        ITensorFile Tensors() => new FoldedTensors(new FormulaTensors(graph.Layers.SelectMany(layer => layer.Tensors).Select(spec => (spec.Name, spec.Shape))), graph, epsilon);
        return WeightsFolder.Open(
            "folded", folder: null, "formula", file => file switch { "formula" => new MemoryStream(), "config.json" => new MemoryStream(written), _ => null }, (_, _) => Tensors());
    }
}
