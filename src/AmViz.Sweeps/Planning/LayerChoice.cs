namespace AmViz.Sweeps;

/// <summary>From names and patterns to the layers of a network.</summary>
/// <remarks>
/// A text that names a layer is that layer, whatever else it could mean. Otherwise <see cref="Default"/> stands for the default taps and <see cref="All"/> for every layer;
/// what has wildcards is a <see cref="LayerPattern"/>; and <c>!</c> before any of them leaves layers out again, of the default taps if nothing else is chosen.
/// Names alone keep their order. As soon as one text is no name, layers come in the order of computation, once each: a layer that is named has the channels given with
/// its name, the others have the channels of all patterns that match them. Channels given with a pattern are drawn of every layer that has them.
/// </remarks>
public static class LayerChoice
{
    /// <summary>The word for the default tap of every layer.</summary>
    public const string Default = "default";

    /// <summary>The word for every layer that can be drawn.</summary>
    public const string All = "all";

    /// <summary>Chooses layers.</summary>
    /// <param name="model">The network.</param>
    /// <param name="path">Where the selections stand in the spec, such as <c>models[0]</c>.</param>
    /// <param name="selections">Names and patterns; none: the default taps.</param>
    /// <param name="problems">Takes what is wrong with them.</param>
    public static IReadOnlyList<ChosenLayer> Choose(
        IModelDescription model, string path, IReadOnlyList<LayerSelection> selections, ICollection<SpecProblem> problems)
    {
        var defaults = new LayerEntry(LayerEntryKind.Match, model.DefaultLayers, Channels: null, path);
        LayerEntry[] entries = selections.Count == 0
            ? [defaults]
            : [.. selections.Select((selection, i) => LayerEntry.Read(model, $"{path}.layers[{i}]", selection, problems))];
        if (entries.All(entry => entry.Kind == LayerEntryKind.Name))
        {
            return [.. entries.SelectMany(Named)];
        }

        var chosen = InOrder(model, entries.All(entry => entry.Kind == LayerEntryKind.Exclusion) ? [defaults, .. entries] : entries);
        if (chosen.Count == 0 && entries.All(entry => entry.Layers.Count > 0))
        {
            problems.Add(new($"{entries[^1].Path}.layer", $"No layer of '{model.Name}' is left: all that is chosen is left out again by '!'."));
        }

        return chosen;
    }

    private static IReadOnlyList<ChosenLayer> InOrder(IModelDescription model, LayerEntry[] entries)
    {
        var kinds = entries.ToLookup(entry => entry.Kind);
        var excluded = kinds[LayerEntryKind.Exclusion].SelectMany(entry => entry.Layers).ToHashSet();
        var named = kinds[LayerEntryKind.Name].SelectMany(Named).ToLookup(chosen => chosen.Layer);
        var matched = kinds[LayerEntryKind.Match].SelectMany(entry => entry.Layers.Select(layer => (layer, entry))).ToLookup(pair => pair.layer, pair => pair.entry);
        return
        [
            .. model.Layers.Where(layer => !excluded.Contains(layer))
                .SelectMany(layer => named.Contains(layer) ? named[layer] : Merged(layer, [.. matched[layer]])),
        ];
    }

    private static IEnumerable<ChosenLayer> Named(LayerEntry entry)
        => entry.Layers.Select(layer => new ChosenLayer(layer, entry.Channels, entry.Path));

    /// <summary>A layer that patterns match, if it has any of their channels.</summary>
    private static IEnumerable<ChosenLayer> Merged(LayerFacts layer, LayerEntry[] entries)
    {
        if (entries.FirstOrDefault(entry => entry.Channels is null) is { } whole)
        {
            return [new(layer, Channels: null, whole.Path)];
        }

        int[] there = [.. entries.SelectMany(entry => entry.Channels!.Enumerate().TakeWhile(channel => channel < layer.ChannelCount))];
        return there.Length > 0 ? [new(layer, ChannelSet.Of(there), entries[0].Path)] : [];
    }
}

/// <summary>A layer that was chosen.</summary>
/// <param name="Layer">The layer, under its resolved name.</param>
/// <param name="Channels">Those to draw, all of which it has; null: every one.</param>
/// <param name="Path">The selection that chose it, such as <c>models[0].layers[1]</c>.</param>
public sealed record ChosenLayer(LayerFacts Layer, ChannelSet? Channels, string Path);
