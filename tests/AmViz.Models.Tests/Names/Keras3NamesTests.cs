using AmViz.Models.Tests.Goldens;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class Keras3NamesTests
{
    public static TheoryData<string> Networks => KerasOrderTests.Networks;

    [Theory]
    [InlineData("keras3_tiny.keras")]
    [InlineData("keras3_tiny.weights.h5")]
    public void WeightsOfKeras3GiveTheLogitsOfTheGolden(string file)
    {
        var golden = Golden.Read("mobilenet_v1_tiny");
        using var scope = torch.NewDisposeScope();
        WeightsFolder folder = golden.OpenFile(Path.Combine(AppContext.BaseDirectory, "Goldens", file));
        using var network = GraphNetwork.Load(folder, torch.CPU, torch.ScalarType.Float64);

        double[] found = [.. network.Forward(FormulaTensors.Picture(golden.Size).to(torch.ScalarType.Float64), "logits")[0].data<double>()];

        Assert.Equal(golden.Logits, found, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.DoesNotContain(folder.Warnings, warning => warning.Contains("not part of the network", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void LayersWithoutNamesAreNamedByTheirOrder(string network)
    {
        IReadOnlyList<Keras3Layer> named = Keras3Names.NameByOrder(Unnamed(network), Forms(network), "made");

        Assert.Equal(KerasOrderTests.Orders[network].SelectMany(layers => layers.Value), named.Select(layer => layer.Name));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void ClassifierMayBeLeftOut(string network)
    {
        string[] heads = ["conv_preds", "predictions"];
        List<Keras3Layer> layers = Unnamed(network);
        layers.RemoveAll(layer => heads.Contains(KerasOrderTests.Orders[network][layer.Class][layer.Number], StringComparer.Ordinal));

        IReadOnlyList<Keras3Layer> named = Keras3Names.NameByOrder(layers, Forms(network), "made");

        Assert.Equal(KerasOrderTests.Orders[network].SelectMany(one => one.Value).Except(heads, StringComparer.Ordinal), named.Select(layer => layer.Name));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void OtherLayersThanThoseOfTheNetworkAreRefusedAndCounted(string network)
    {
        List<Keras3Layer> layers = Unnamed(network);
        layers.RemoveRange(0, 2);

        string message = Assert.Throws<WeightsFormatException>(() => Keras3Names.NameByOrder(layers, Forms(network), "made")).Message;

        int there = layers.Count(layer => layer.Class == Keras3Class.Convolution);
        Assert.Contains($"it has {there} conv2d", message, StringComparison.Ordinal);
        Assert.Contains($"expected {KerasOrderTests.Orders[network]["conv2d"].Length} conv2d", message, StringComparison.Ordinal);
        Assert.Contains("model.save(\"x.keras\")", message, StringComparison.Ordinal);
    }

    [Fact]
    public void LayersOfOneClassInSeveralModelsAreNotGuessedAt()
    {
        List<Keras3Layer> layers = Unnamed("mobilenet_v2, separate");
        layers[^1] = layers[^1] with { Container = "layers/functional/layers" };
        layers[0] = layers[0] with { Container = "layers/functional/layers" };

        Assert.Contains("'layers/functional/layers', 'layers'", Assert.Throws<WeightsFormatException>(() =>
            Keras3Names.NameByOrder(layers, Forms("mobilenet_v2, separate"), "made")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesThatAreToldStay()
    {
        List<Keras3Layer> layers = [.. Unnamed("mobilenet_v2, separate").Take(3).Select(layer => layer with { Name = layer.Group })];

        Assert.Equal(layers, Keras3Names.NameByOrder(layers, Forms("mobilenet_v2, separate"), "made"));
    }

    private static List<Keras3Layer> Unnamed(string network) =>
    [
        .. KerasOrderTests.Orders[network].SelectMany(layers => layers.Value.Select((_, number) =>
            new Keras3Layer("layers", number == 0 ? layers.Key : FormattableString.Invariant($"{layers.Key}_{number}"), Name: null, ["0"]))),
    ];

    private static LayerGraph[] Forms(string network)
    {
        string architecture = network.Split(", ")[0];
        return [KerasOrderTests.Graph($"{architecture}, separate"), KerasOrderTests.Graph($"{architecture}, folded")];
    }
}
