using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>How far what layers make of pictures is from what they make of natural ones: the mean over the layers.</summary>
/// <param name="layers">Each layer's distance, in the order of computation.</param>
internal sealed class FeaturePrior(IReadOnlyList<(string Layer, ILayerDistance Distance)> layers)
{
    private readonly string[] _names = [.. layers.Select(layer => layer.Layer)];

    /// <summary>A view of the network that computes objective and prior of the same pictures by one run.</summary>
    public INetwork Share(INetwork network, string target) => layers.Count == 0 ? network : new SharedRun(network, _names, target);

    /// <summary>The distance of every picture; one run of the network for all layers.</summary>
    /// <param name="network">Runs to the layers.</param>
    /// <param name="images"><c>[N V, C, H, W]</c>: V views of each of N pictures, after the transforms.</param>
    /// <returns><c>[N V]</c>, 0 or more.</returns>
    public Tensor Of(INetwork network, Tensor images)
    {
        if (layers.Count == 0)
        {
            return zeros(images.shape[0], images.dtype, images.device);
        }

        var values = network.ForwardLayers(images, _names);
        return stack(layers.Select((layer, i) => layer.Distance.Of(values[i].flatten(2)))).mean([0]);
    }
}

/// <summary>How far the values of one layer are from natural ones.</summary>
internal interface ILayerDistance
{
    /// <summary>The distance of every picture.</summary>
    /// <param name="values"><c>[N V, C, P]</c>: P positions.</param>
    /// <returns><c>[N V]</c>, 0 or more.</returns>
    Tensor Of(Tensor values);
}
