using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>A weighted sum of channels of one or more layers: with several channels of a layer, a direction in its channel space.</summary>
/// <param name="terms">Channels and weights.</param>
/// <param name="ownLayer">Layer of the terms that name none.</param>
internal sealed class ChannelDirection(IReadOnlyList<ObjectiveTerm> terms, string ownLayer)
{
    private readonly ILookup<string, ObjectiveTerm> _termsByLayer = terms.ToLookup(term => term.Layer ?? ownLayer, StringComparer.Ordinal);

    /// <summary>The sum for every image; each layer that is named takes a run of the network to it.</summary>
    /// <param name="network">Runs to the layers.</param>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="redirected">As for <see cref="Objective.Evaluate"/>.</param>
    /// <returns><c>[N]</c>.</returns>
    public Tensor Evaluate(INetwork network, Tensor images, Tensor? redirected = null)
        => stack(_termsByLayer.Select(layer => Along(network.Forward(images, layer.Key, redirected), [.. layer]))).sum(dim: 0);

    private static Tensor Along(Tensor values, ObjectiveTerm[] direction)
    {
        var means = values.dim() == 2 ? values : values.flatten(2).mean([2]);                    // [N, C]
        var weights = new double[means.shape[1]];
        foreach (var term in direction)
        {
            weights[term.Channel] += term.Weight;
        }

        return matmul(means, tensor(weights, means.dtype, means.device));
    }
}
