namespace AmViz.Models;

/// <summary>Finds the layer that holds what a network makes of a whole picture.</summary>
public static class RepresentationLayer
{
    /// <summary>The last layer before the classifier; of a network without classes its last one, of one that tells nothing but classes those.</summary>
    /// <param name="network">The network.</param>
    public static LayerShape Of(NetworkDescription network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.LayerShapes.LastOrDefault(layer => layer.Kind != LayerKind.Logits) ?? network.LayerShapes[^1];
    }
}
