using System.Text.Json;

namespace AmViz.Models.Tests;

/// <summary>
/// Keras's order of layers against <c>Goldens/make_keras3.py</c>, which restates the networks with every layer that Keras has, and <c>map_graph</c>. What Keras
/// itself printed (<c>model.summary()</c> in public notebooks: InceptionV3 up to <c>mixed5</c> and from <c>mixed9</c>, the first block of ResNet50V2) was compared by eye and is the same.
/// </summary>
public sealed class KerasOrderTests
{
    public static TheoryData<string> Networks => [.. Orders.Keys];

    internal static Dictionary<string, Dictionary<string, string[]>> Orders { get; } = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string[]>>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", "keras3_order.json")))!;

    [Theory]
    [MemberData(nameof(Networks))]
    public void LayersOfEachClassAreInTheOrderOfKeras(string network)
    {
        var found = KerasOrder.Of(Graph(network)).Where(layer => KerasOrder.ClassOf(layer) is not null)
            .GroupBy(layer => KerasOrder.ClassOf(layer)!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Select(KerasOrder.NameOf).ToArray(), StringComparer.Ordinal);

        Assert.Equal(Orders[network].Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(Orders[network], expected => Assert.Equal(expected.Value, found[expected.Key]));
    }

    [Fact]
    public void BranchesAreOrderedByTheirLengthAndNotAsTheyWereMade() =>
        Assert.Equal(["conv2d_8", "conv2d_6", "conv2d_9"], Orders["inception_v3, separate"]["conv2d"].SkipWhile(name => name != "conv2d_8").Take(3));

    internal static LayerGraph Graph(string network) => Blueprint(network.Split(", ")[0], network.EndsWith("folded", StringComparison.Ordinal)).Build(Preprocessing.MinusOneToOne);

    internal static IBlueprint Blueprint(string architecture, bool folded)
    {
        IBlueprint separate = KnownArchitectures.Find(architecture)!.Published[0].Blueprint;
        return folded ? separate.FoldedForm! : separate;
    }
}
