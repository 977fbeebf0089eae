using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Makes the prior that a recipe asks for.</summary>
/// <param name="network">Whose layers are compared.</param>
/// <param name="references">Photographs; null if the recipe names none.</param>
internal sealed class FeaturePriors(INetwork network, ReferenceImages? references)
{
    private const int MostSortedPositions = 1024;

    /// <summary>The prior of a batch; its tensors belong to the caller's dispose scope.</summary>
    /// <param name="settings">What is compared.</param>
    /// <param name="size">Side of the pictures, in pixels.</param>
    /// <param name="target">Layer of the tasks: only layers before it are compared.</param>
    /// <param name="channels">Channel of every view of every picture.</param>
    public FeaturePrior Create(PriorSettings settings, int size, string target, IReadOnlyList<int> channels)
    {
        var photographs = settings.Kind == PriorKind.BatchNorm ? null : references
            ?? throw new ArgumentException($"A prior of kind {settings.Kind} needs photographs.", nameof(settings));
        return new([.. LayersBefore(settings, size, target).Select(layer => (layer, settings.Kind switch
        {
            PriorKind.BatchNorm => new MomentsDistance(network.TrainingMoments[layer]),
            PriorKind.Moments => new MomentsDistance(photographs!.Moments(layer)),
            PriorKind.Sorted => (ILayerDistance)new SortedDistance(Strongest(photographs!, layer)),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "Unknown kind of prior."),
        }))]);

        Tensor Strongest(ReferenceImages photographs, string layer)
        {
            var byChannel = channels.Distinct().ToDictionary(channel => channel, channel => photographs.Strongest(layer, target, channel, settings.References));
            return stack(channels.Select(channel => byChannel[channel]));
        }
    }

    // Early layers see edges and colours, of which all photographs have their share, and to sort them would cost more than to run the network.
    private static bool IsSortable(LayerInfo layer) => layer.Height * layer.Width <= MostSortedPositions;

    private IEnumerable<string> LayersBefore(PriorSettings settings, int size, string target)
    {
        var layers = network.Description.Layers(size).TakeWhile(layer => layer.Name != target).ToArray();
        var wanted = settings.Layers?.Select(name => network.Description.FindShape(name).Name).ToHashSet(StringComparer.Ordinal);
        return wanted is not null ? layers.Select(layer => layer.Name).Where(wanted.Contains)
            : settings.Kind == PriorKind.BatchNorm ? layers.Select(layer => layer.Name).Where(network.TrainingMoments.ContainsKey)
            : layers.Where(layer => layer.IsDefaultTap && (settings.Kind == PriorKind.Moments || IsSortable(layer))).GroupBy(layer => (layer.Height, layer.Width), (_, ofSize) => ofSize.Last().Name);
    }
}
