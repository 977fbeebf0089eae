using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>The weights of an ONNX graph.</summary>
internal static class OnnxWeights
{
    /// <summary>Finds out where they stand.</summary>
    public static ChannelWeights Of(NetworkDescription network, OnnxBlueprint blueprint)
    {
        var graph = blueprint.Graph ?? throw new InvalidOperationException($"The graph of '{network.Name}' was not read.");
        var taps = blueprint.Taps.ToDictionary(tap => tap.Value, tap => tap.Name, StringComparer.Ordinal);
        var finder = new OnnxMaps(graph.Graph);
        var found = new Dictionary<string, OnnxMap>(StringComparer.Ordinal);
        var layers = new List<WeightedLayer>();
        foreach (var tap in blueprint.Taps)
        {
            var channels = network.FindShape(tap.Name).ChannelCount;
            if (finder.Find(tap.Value) is { } map && (map.Channels == channels || IsOneOutput(tap, map)))
            {
                found.Add(tap.Name, map);
                layers.Add(new(tap.Name, channels, taps.GetValueOrDefault(map.From, map.From), map.Length, map.IsWhole));
            }
        }

        return new(network, layers, names => Read(names, found));
    }

    private static float[][][] Read(IReadOnlyList<string> names, Dictionary<string, OnnxMap> maps)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return [.. names.Select(name => WeightRows.Of(maps[name].Read(), name == NetworkDescription.Logits && maps[name].Channels == 1))];
    }

    private static bool IsOneOutput(OnnxTap tap, OnnxMap map) => tap.Kind == LayerKind.Logits && map.Channels == 1;
}
