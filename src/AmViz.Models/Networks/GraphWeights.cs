using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>The weights of a network of our own layers.</summary>
internal static class GraphWeights
{
    /// <summary>Finds out where they stand.</summary>
    public static ChannelWeights Of(WeightsFolder folder)
    {
        var reachable = folder.Description.LayerShapes.Select(shape => shape.Name).ToHashSet(StringComparer.Ordinal);
        Layer[] layers = [.. folder.BuildGraph().Layers.Where(layer => layer is { Kind: not null, Map: not null } && reachable.Contains(layer.Name))];
        return new(
            folder.Description,
            [.. layers.Select(layer => new WeightedLayer(layer.Name, folder.Description.FindShape(layer.Name).ChannelCount, layer.Map!.From.Name, layer.Map.Length, layer.Map.IsWhole))],
            names => Read(folder, layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal), names));
    }

    private static float[][][] Read(WeightsFolder folder, Dictionary<string, Layer> layers, IReadOnlyList<string> names)
    {
        using var file = folder.OpenTensors();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var reader = new WeightsReader(file, CPU, ScalarType.Float32);
        return [.. names.Select(name => WeightRows.Of(layers[name].Map!.Read(reader), IsOneOutput(layers[name])))];
    }

    private static bool IsOneOutput(Layer layer) => layer is { Kind: LayerKind.Logits, ChannelCount: 1 };
}
