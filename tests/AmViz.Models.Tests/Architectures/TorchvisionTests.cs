using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AmViz.Models.Tests.Architectures;

/// <summary>Every network that goes by a name of torchvision has the parameters, the epsilon and the names and shapes of tensors that it has there.</summary>
public sealed class TorchvisionTests
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    private static readonly Dictionary<string, Row> Table = JsonSerializer.Deserialize<Dictionary<string, Row>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", "torchvision.json")), CamelCase)!;

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void ParametersAndTensorsAreThoseOfTorchvision(string name)
    {
        PublishedNetwork network = KnownArchitectures.FindNetwork(name)!;
        LayerGraph graph = network.Blueprint.Build(Preprocessing.ImageNet);
        var lines = graph.Layers.SelectMany(layer => layer.Tensors).Select(tensor => $"{tensor.Name} {string.Join('x', tensor.Shape)}\n").Order(StringComparer.Ordinal);

        Assert.Equal(new ParameterCounts(Table[name].Trainable, Table[name].Total), network.Blueprint.CountParameters(Preprocessing.ImageNet));
        if (Table[name].Epsilon is { } epsilon)
        {
            Assert.Equal(epsilon, ((NormalizedBlueprint)network.Blueprint).Epsilon);
        }

        Assert.Equal(Table[name].Tensors, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(lines)))));
    }

    [Fact]
    public void NoNetworkIsListedThatTorchvisionDoesNotHave() => Assert.Empty(
        KnownArchitectures.All.OfType<NamedArchitecture>().SelectMany(family => family.Published).Select(network => network.Name).Except(Table.Keys.Append("bvlc_googlenet"), StringComparer.Ordinal));

    private sealed record Row(long Trainable, long Total, double? Epsilon, string Tensors);
}
