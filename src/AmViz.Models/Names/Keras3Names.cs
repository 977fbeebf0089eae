using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Names the layers of a Keras 3 file that tell no names, by their order.</summary>
internal static class Keras3Names
{
    private static readonly string[] Classes = [Keras3Class.Convolution, Keras3Class.Depthwise, Keras3Class.BatchNormalization, Keras3Class.Dense];

    /// <summary>The file with a name for each layer of the network; other files as they are. Takes it over.</summary>
    /// <param name="file">The file.</param>
    /// <param name="blueprint">The network that the configuration describes.</param>
    /// <param name="preprocessing">What is done to pixels first.</param>
    /// <exception cref="WeightsFormatException">Names are not told, and there are other layers than those of the network.</exception>
    public static ITensorFile Complete(ITensorFile file, IBlueprint blueprint, Preprocessing preprocessing)
    {
        if (file is not Keras3File keras)
        {
            return file;
        }

        try
        {
            LayerGraph[] forms = [blueprint.Build(preprocessing), .. blueprint.FoldedForm is { } folded ? (LayerGraph[])[folded.Build(preprocessing)] : []];
            return keras.With(NameClassifier(NameByOrder(keras.Layers, forms, keras.Name), forms[0]));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Names the layers of every class of which one has no name.</summary>
    /// <param name="layers">All layers of the file.</param>
    /// <param name="forms">The network with batch-norm separate and folded.</param>
    /// <param name="file">How to call the file in errors.</param>
    internal static IReadOnlyList<Keras3Layer> NameByOrder(IReadOnlyList<Keras3Layer> layers, IReadOnlyList<LayerGraph> forms, string file)
    {
        var weighted = layers.Where(layer => layer.Variables.Count > 0 && Classes.Contains(layer.Class, StringComparer.Ordinal)).ToList();
        var unnamed = weighted.Where(layer => layer.Name is null).Select(layer => layer.Class).ToHashSet(StringComparer.Ordinal);
        if (unnamed.Count == 0)
        {
            return layers;
        }

        var found = weighted.OrderBy(layer => layer.Number).ToLookup(layer => layer.Class, StringComparer.Ordinal);
        var expected = forms.Select(ByClass).FirstOrDefault(classes => unnamed.All(name => Fits(found[name].Count(), name, classes)) && HasNoOther(found, classes));
        if (expected is null || unnamed.Any(name => found[name].Select(layer => layer.Container).Distinct(StringComparer.Ordinal).Count() > 1))
        {
            throw new WeightsFormatException(Explain(found, forms, file));
        }

        var names = unnamed.SelectMany(name => found[name].Zip(expected[name]))
            .ToDictionary(pair => pair.First.Path, pair => KerasOrder.NameOf(pair.Second), StringComparer.Ordinal);
        return [.. layers.Select(layer => names.TryGetValue(layer.Path, out var name) ? layer with { Name = name } : layer)];
    }

    // Whoever puts a classifier of his own on a network seldom calls it as its maker did; where there is one dense layer in both, it is that one.
    private static IReadOnlyList<Keras3Layer> NameClassifier(IReadOnlyList<Keras3Layer> layers, LayerGraph graph)
    {
        bool IsDense(Keras3Layer layer) => layer.Class == Keras3Class.Dense && layer.Variables.Count > 0;
        return layers.Count(IsDense) == 1 && graph.Layers.OfType<Dense>().ToList() is [{ IsConvolution: false } classifier]
            ? [.. layers.Select(layer => IsDense(layer) ? layer with { Name = KerasOrder.NameOf(classifier) } : layer)]
            : layers;
    }

    private static Dictionary<string, List<Layer>> ByClass(LayerGraph graph) => KerasOrder.Of(graph)
        .Where(layer => KerasOrder.ClassOf(layer) is not null)
        .GroupBy(layer => KerasOrder.ClassOf(layer)!, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

    // The classifier, which is the last of its class, is left out by include_top=False.
    private static bool Fits(int count, string name, Dictionary<string, List<Layer>> classes)
        => classes.TryGetValue(name, out var layers) && (count == layers.Count || (count == layers.Count - 1 && layers[^1] is Dense));

    // With batch-norm in the file the folded network does not fit, and the other way round.
    private static bool HasNoOther(ILookup<string, Keras3Layer> found, Dictionary<string, List<Layer>> classes)
        => classes.ContainsKey(Keras3Class.BatchNormalization) == found.Contains(Keras3Class.BatchNormalization);

    private static string Explain(ILookup<string, Keras3Layer> found, IReadOnlyList<LayerGraph> forms, string file)
    {
        string Counted(Func<string, int> count) => string.Join(", ", Classes.Select(name => (name, number: count(name))).Where(one => one.number > 0).Select(one => $"{one.number} {one.name}"));
        string[] known = [.. forms.Select(ByClass).Select(classes => Counted(name => classes.TryGetValue(name, out var layers) ? layers.Count : 0))];
        var where = string.Join(", ", found.SelectMany(group => group).Select(layer => $"'{ErrorText.Shorten(layer.Container)}'").Distinct(StringComparer.Ordinal).Take(5));
        return $"{file}: is a file of Keras 3 that does not tell the names of its layers, so that only their order could, and its layers are not those of this network: it has "
            + $"{Counted(name => found[name].Count())} in {where}; expected {string.Join(", or ", known)}, those of a class in one place. "
            + "Save the whole model, model.save(\"x.keras\"), which tells the names, or save the network alone.";
    }
}
