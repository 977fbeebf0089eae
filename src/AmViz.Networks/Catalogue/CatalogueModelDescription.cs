using System.Diagnostics.CodeAnalysis;
using AmViz.Models;
using AmViz.Sweeps;
using AmViz.Weights;

namespace AmViz.Networks;

/// <summary>Tells the planner of a network from the catalogue or from a weights folder.</summary>
/// <param name="description">The network; its weights stay unread.</param>
public sealed class CatalogueModelDescription(NetworkDescription description) : IModelDescription
{
    /// <inheritdoc/>
    public string Name => description.Name;

    /// <inheritdoc/>
    public string WeightsDigest => description.WeightsDigest;

    /// <inheritdoc/>
    public int InputSize => description.InputSize;

    /// <inheritdoc/>
    public string? WhyNotOfSize(int size)
    {
        try
        {
            description.RequireSize(size);
            return null;
        }
        catch (ImageSizeException e)
        {
            return e.Message;
        }
    }

    /// <inheritdoc/>
    public bool HasColours => NetworkDescription.Rgb.All(description.InputChannels.Contains);

    /// <inheritdoc/>
    public bool KeepsTrainingMoments => description.KeepsTrainingMoments;

    /// <inheritdoc/>
    public IReadOnlyList<LayerFacts> Layers { get; } = [.. description.LayerShapes.Select(Facts)];

    /// <inheritdoc/>
    public IReadOnlyList<LayerFacts> DefaultLayers { get; } = [.. description.LayerShapes.Where(layer => layer.IsDefaultTap).Select(Facts)];

    /// <summary>Opens what a spec selects; what <see cref="SweepPlanner.Plan"/> asks for.</summary>
    /// <exception cref="UnknownModelException">There is no such network.</exception>
    /// <exception cref="WeightsFormatException">The folder is not as it should be.</exception>
    public static IModelDescription Open(ModelSelection selection)
        => new CatalogueModelDescription(NetworkCatalogue.Open(selection.Model, selection.Weights, selection.CheckpointKey).Description);

    /// <inheritdoc/>
    public bool TryFindLayer(string name, [NotNullWhen(true)] out LayerFacts? layer, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            (layer, problem) = (Facts(description.FindShape(name)), null);
            return true;
        }
        catch (UnknownLayerException e)
        {
            (layer, problem) = (null, e.Message);
            return false;
        }
    }

    private static LayerFacts Facts(LayerShape layer) => new(layer.Name, layer.ChannelCount, layer.Kind == LayerKind.Logits);
}
