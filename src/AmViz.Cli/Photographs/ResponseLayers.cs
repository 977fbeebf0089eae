using AmViz.Models;
using AmViz.Networks;
using AmViz.Responses;

namespace AmViz.Cli.Photographs;

/// <summary>The layers of a network whose responses are wanted.</summary>
internal static class ResponseLayers
{
    /// <summary>Chooses them, once each.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">Where the selections stand, for messages.</param>
    /// <param name="selections">Names and patterns; none: the default taps.</param>
    /// <param name="problems">Takes what is wrong with them.</param>
    public static IReadOnlyList<RespondingLayer> Choose(NetworkDescription network, string path, IReadOnlyList<LayerSelection> selections, ICollection<SpecProblem> problems)
    {
        foreach (var (i, selection) in selections.Index().Where(selection => selection.Item.Channels is not null))
        {
            problems.Add(new(FormattableString.Invariant($"{path}.layers[{i}].channels"), "One run of the network serves all channels of a layer. Leave the key out."));
        }

        var chosen = LayerChoice.Choose(new CatalogueModelDescription(network), path, selections, problems);
        return [.. chosen.Select(one => one.Layer.Name).Distinct(StringComparer.Ordinal).Select(name => Of(network, name))];
    }

    private static RespondingLayer Of(NetworkDescription network, string name)
    {
        var layer = network.FindLayer(name, network.InputSize);
        return new(
            layer.Name, layer.ChannelCount, layer.Height, layer.Width, layer.PrefixTokens, layer.Kind == LayerKind.Tokens, layer.Kind == LayerKind.Logits ? network.Labels : []);
    }
}
