using TorchSharp;

namespace AmViz.Models.Tests.Goldens;

/// <summary>Every network computes what an implementation that is not ours computes from the same numbers.</summary>
[Collection(TorchTests.Name)]
public sealed class ParityTests(ITestOutputHelper output)
{
    // What was asked for, and what float64 reaches: the goldens have nine digits.
    private const double Tolerance = 1e-4;
    private const double ToleranceOfFloat64 = 1e-7;

    /// <summary>Those whose other implementation has names of its own for tensors.</summary>
    public static TheoryData<string> Named => [.. Names.Select(row => row.Data).Where(name => Golden.Read(name).Keys is not null)];

    public static TheoryData<string> Names =>
    [
        "inception_v3_keras", "inception_v3_torchvision", "mobilenet_v1", "mobilenet_v1_tiny", "mobilenet_v2_keras", "mobilenet_v2_torchvision", "resnet50_v2", "vit_b_16", "vit_hugging_face",
        "densenet121", "efficientnet_b0", "efficientnet_v2_s", "googlenet", "mobilenet_v3_large", "mobilenet_v3_small", "regnet_x_400mf", "regnet_y_400mf",
        "resnet18", "resnet50", "resnext50_32x4d", "vgg11", "vgg11_bn",
        "dinov2_registers", "dinov2_timm", "vit_mean", "clip_vision", "siglip_vision",
        "convnext_torchvision", "convnext_v2", "swin", "swin_v2",
    ];

    /// <summary>All but those whose weights alone take a second to make; smaller ones of the same layers are there.</summary>
    public static TheoryData<string> Small => [.. Names.Select(row => row.Data).Except(["efficientnet_v2_s", "resnet50", "resnext50_32x4d", "vgg11_bn", "vit_b_16"], StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void ValuesAndGradientsAgreeToTenThousandths(string name) => Compare(name, torch.ScalarType.Float32, Tolerance);

    [Theory]
    [MemberData(nameof(Names))]
    public void ValuesAndGradientsOfFloat64AgreeToTheLastDigitOfTheGolden(string name) => Compare(name, torch.ScalarType.Float64, ToleranceOfFloat64);

    private void Compare(string name, torch.ScalarType type, double tolerance)
    {
        var golden = Golden.Read(name);
        using var scope = torch.NewDisposeScope();
        WeightsFolder folder = golden.Open();
        using var network = GraphNetwork.Load(folder, torch.CPU, type);
        using torch.Tensor picture = FormulaTensors.Picture(golden.Size).to(type);

        double logits = golden.Logits.Length == 0 ? 0 : LogitError(network.Forward(picture, NetworkDescription.Logits), golden.Logits);
        double layers = golden.Layers.Max(layer => layer.Value.ErrorOf(network.Forward(picture, layer.Key)));
        double gradient = new GoldenTensor(golden.Gradient.Shape, golden.Gradient.Norm, golden.Gradient.Samples).ErrorOf(GradientOf(network, picture, golden.Gradient));

        output.WriteLine($"{name}, {type}: logits {logits:0.0e0}, layers {layers:0.0e0}, gradient {gradient:0.0e0}; {golden.Against}");
        Assert.InRange(logits, 0, tolerance);
        Assert.InRange(layers, 0, tolerance);
        Assert.InRange(gradient, 0, tolerance);
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void NamesOfTheOtherImplementationAreKnown(string name)
    {
        var golden = Golden.Read(name);
        NetworkDescription description = golden.Open(golden.Keys!.Select(key => (key.Key, key.Value))).Description;

        Assert.Null(description.MissingTensor);
        Assert.DoesNotContain(description.Warnings, warning => warning.Contains("not part of the network", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void EveryLayerHasTheShapeItsDescriptionTellsAndOneChannelIsThatChannelOfAll(string name)
    {
        var golden = Golden.Read(name);
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        LayerGraph graph = golden.Graph();
        var reader = new WeightsReader(new FormulaTensors(graph.Layers.SelectMany(layer => layer.Tensors).Select(spec => (spec.Name, spec.Shape))), torch.CPU, torch.ScalarType.Float32);
        torch.Tensor picture = FormulaTensors.Picture(golden.Size);
        var pass = new ForwardPass(ForwardPlan.ForAll(graph.Layers[^1]), picture);
        foreach (Layer layer in graph.Layers)
        {
            layer.Load(reader);
            if (layer.Kind is null)
            {
                continue;
            }

            torch.Tensor values = layer.Present(pass.Value(layer));
            torch.Tensor channel = torch.tensor(new long[] { layer.ChannelCount - 2 });
            torch.Tensor found = layer.ComputeChannels(pass, channel);

            LayerExtent extent = layer.Extent(golden.Size);
            Assert.Equal(layer.Kind == LayerKind.Logits ? [1, layer.ChannelCount] : [1, layer.ChannelCount, extent.Height, extent.Width], values.shape);
            torch.Tensor expected = values[0, layer.ChannelCount - 2].reshape(1, extent.Height, extent.Width);
            Assert.Equal(expected.shape, found.shape);
            Assert.True((expected - found).abs().max().item<float>() <= Tolerance * values.abs().max().item<float>(), layer.Name);
        }
    }

    private static double LogitError(torch.Tensor found, double[] expected) =>
        found[0].to(torch.ScalarType.Float64).data<double>().ToArray().Zip(expected, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);

    private static torch.Tensor GradientOf(GraphNetwork network, torch.Tensor picture, GoldenGradient golden)
    {
        torch.Tensor asked = picture.clone().requires_grad_(true);
        torch.Tensor channel = torch.tensor(new long[] { golden.Channel });
        network.ForwardChannels(asked, golden.Layer, channel).mean().backward();
        return asked.grad!;
    }
}
