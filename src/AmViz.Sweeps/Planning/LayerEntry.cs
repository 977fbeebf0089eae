using System.Globalization;
namespace AmViz.Sweeps;

/// <summary>What an entry of a list of layers is.</summary>
internal enum LayerEntryKind
{
    /// <summary>The name of a layer.</summary>
    Name,

    /// <summary>A pattern, or a word for several layers.</summary>
    Match,

    /// <summary>Any of the two behind <c>!</c>.</summary>
    Exclusion,
}

/// <summary>An entry of a list of layers, with the layers that it stands for.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Layers">In the order of computation; empty where something was wrong with it.</param>
/// <param name="Channels">Null: all.</param>
/// <param name="Path">Where in the spec it stands.</param>
internal sealed record LayerEntry(LayerEntryKind Kind, IReadOnlyList<LayerFacts> Layers, ChannelSet? Channels, string Path)
{
    /// <summary>Reads an entry, and notes what is wrong with it.</summary>
    public static LayerEntry Read(IModelDescription model, string path, LayerSelection selection, ICollection<SpecProblem> problems)
    {
        var (kind, layers, problem) = Find(model, selection.Layer);
        if (problem is not null)
        {
            problems.Add(new($"{path}.layer", problem));
        }
        else if (selection.Channels is { } channels && CheckChannels(model, kind, layers, selection.Layer, channels) is { } wrong)
        {
            problems.Add(new($"{path}.channels", wrong));
            layers = [];
        }

        return new(kind, layers, selection.Channels, path);
    }

    private static (LayerEntryKind Kind, IReadOnlyList<LayerFacts> Layers, string? Problem) Find(IModelDescription model, string text)
    {
        if (model.TryFindLayer(text, out var layer, out var problem))
        {
            return (LayerEntryKind.Name, [layer], null);
        }

        if (text.StartsWith('!'))
        {
            var (_, layers, wrong) = Find(model, text[1..]);
            return (LayerEntryKind.Exclusion, layers, wrong);
        }

        var matched = text switch
        {
            LayerChoice.Default => model.DefaultLayers,
            LayerChoice.All => model.Layers,
            { Length: <= LayerPattern.LongestText } when LayerPattern.HasWildcard(text) => Matched(model, new(text)),
            _ => [],
        };
        return (LayerEntryKind.Match, matched, matched.Count == 0 ? problem : null);
    }

    private static LayerFacts[] Matched(IModelDescription model, LayerPattern pattern)
        => [.. model.Layers.Where(layer => pattern.IsMatch(layer.Name))];

    /// <summary>A named layer must have every channel; of those that a pattern matches, one must have the highest.</summary>
    private static string? CheckChannels(IModelDescription model, LayerEntryKind kind, IReadOnlyList<LayerFacts> layers, string text, ChannelSet channels)
    {
        if (kind == LayerEntryKind.Exclusion)
        {
            return $"Channels are given for '{text}', which leaves whole layers out. Give them with the layers that are drawn.";
        }

        var widest = layers.MaxBy(layer => layer.ChannelCount)!;
        if (channels.Max < widest.ChannelCount)
        {
            return null;
        }

        var which = kind == LayerEntryKind.Name ? $"'{widest.Name}' of '{model.Name}'" : $"the widest layer of '{text}', '{widest.Name}' of '{model.Name}',";
        return string.Create(CultureInfo.InvariantCulture,
            $"Channel {channels.Max} does not exist: {which} has {widest.ChannelCount} channels, 0 to {widest.ChannelCount - 1}.");
    }
}
