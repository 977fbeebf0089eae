using AmViz.Weights;

namespace AmViz.Models;

/// <summary>What of a network the tensors of a file suffice for.</summary>
/// <param name="Reachable">Layers whose tensors, and those of all layers before them, are there.</param>
/// <param name="Missing">Our names of the tensors that are not.</param>
internal sealed record WeightsCoverage(IReadOnlyList<Layer> Reachable, IReadOnlyList<string> Missing)
{
    // An error that names hundreds of tensors is read by nobody, and a hostile file may have thousands.
    private const int MostNames = 400;

    /// <summary>The layers that can be drawn, in order.</summary>
    public IReadOnlyList<LayerShape> Shapes
        => [
        .. Reachable.Where(layer => layer.Kind is not null).Select(layer =>
            new LayerShape(layer.Name, layer.Kind!.Value, layer.ChannelCount, layer.Extent, layer.IsDefaultTap) { PrefixTokens = layer.PrefixTokens, Registers = layer.Registers }),
    ];

    /// <summary>Matches a network with the tensors of a file.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="tensors">What the file has, by our names.</param>
    /// <param name="problems">Gets a sentence for each tensor of a wrong shape or number format, and one that names all missing and unknown ones if there are both.</param>
    /// <param name="warnings">Gets a sentence that names all tensors that are missing, or all that the network does not know.</param>
    public static WeightsCoverage Of(
        LayerGraph graph, IReadOnlyDictionary<string, TensorEntry> tensors, List<string> problems, List<string> warnings)
    {
        var expected = graph.Layers.SelectMany(layer => layer.Tensors).ToList();
        problems.AddRange(expected.Where(spec => tensors.ContainsKey(spec.Name)).Select(spec => Mismatch(tensors[spec.Name], spec)).OfType<string>());

        var missing = expected.Select(spec => spec.Name).Where(name => !tensors.ContainsKey(name)).ToList();
        var strangers = tensors.Keys.Except(expected.Select(spec => spec.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (missing.Count > 0 && strangers.Count > 0)
        {
            problems.Add($"{missing.Count} of {expected.Count} tensors are missing and {strangers.Count} are unknown, so the two are probably of different networks or of names not known here. "
                + $"Missing: {Listed(missing)}. Unknown: {Listed(strangers)}.");
        }
        else if (missing.Count > 0)
        {
            warnings.Add($"{missing.Count} of {expected.Count} tensors are missing, and with them the layers that need them: {Listed(missing)}.");
        }
        else if (strangers.Count > 0)
        {
            warnings.Add($"{strangers.Count} tensors are not part of the network and are ignored: {Listed(strangers)}.");
        }

        var reachable = ReachableLayers(graph, tensors);
        if (!reachable.Any(layer => layer.Kind is not null))
        {
            problems.Add($"tensor '{missing[0]}' is missing; without it not even the first layer can be computed.");
        }

        return new(reachable, missing);
    }

    /// <summary>The layers that can be computed, in order.</summary>
    public static IReadOnlyList<Layer> ReachableLayers(LayerGraph graph, IReadOnlyDictionary<string, TensorEntry> tensors)
    {
        var reachable = new HashSet<Layer>();
        foreach (var layer in graph.Layers)
        {
            if (layer.Inputs.All(reachable.Contains) && layer.Tensors.All(spec => tensors.ContainsKey(spec.Name)))
            {
                reachable.Add(layer);
            }
        }

        return [.. graph.Layers.Where(reachable.Contains)];
    }

    private static string Listed(List<string> names)
    {
        var listed = string.Join(", ", names.Take(MostNames).Select(name => $"'{ErrorText.Shorten(name)}'"));
        return names.Count <= MostNames ? listed : $"{listed} and {names.Count - MostNames} more";
    }

    private static string? Mismatch(TensorEntry entry, TensorSpec spec)
    {
        var same = entry.Shape.SequenceEqual(spec.Shape);
        return same && entry.ElementType != ElementType.Other
            ? null
            : $"tensor '{entry.Name}' is {entry.TypeName} {entry.ShapeText}; expected [{string.Join(", ", spec.Shape)}] in F32, F16, BF16 or F64 for this configuration and number of classes.";
    }
}
