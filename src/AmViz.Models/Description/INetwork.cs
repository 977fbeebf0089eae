using System.Collections.ObjectModel;
using TorchSharp;

namespace AmViz.Models;

/// <summary>Looks at the values before a ReLU and at those after it in one sweep over memory, and overwrites the former by the latter.</summary>
/// <param name="before">Places of the wanted names that mean the values before; may be empty.</param>
/// <param name="after">Places of those that mean the values after; may be empty, but not both.</param>
/// <param name="values"><c>[N, C, h, w]</c>, without gradients: before the call the values before, afterwards those after.</param>
/// <param name="ceiling">What larger values are clipped to; infinity if nothing is. Negative ones become 0.</param>
public delegate void ClippingVisit(IEnumerable<int> before, IEnumerable<int> after, torch.Tensor values, float ceiling);

/// <summary>A loaded network with frozen weights, run up to a named layer.</summary>
public interface INetwork : IDisposable
{
    /// <summary>Name, layers, labels and provenance.</summary>
    NetworkDescription Description { get; }

    /// <summary>Where the weights lie; pictures must lie there too.</summary>
    torch.Device Device { get; }

    /// <summary>What the weights tell of the pictures that the network was trained on, by layer; empty where they keep no batch-norm statistics.</summary>
    IReadOnlyDictionary<string, ChannelMoments> TrainingMoments => ReadOnlyDictionary<string, ChannelMoments>.Empty;

    /// <summary>Values of a layer; nothing past it is computed.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>, its <see cref="NetworkDescription.InputChannels"/> (RGB) in [0, 1], of the network's device and number format; gradients flow back to it.</param>
    /// <param name="layer">A name that <see cref="NetworkDescription.FindLayer"/> accepts.</param>
    /// <param name="redirected">
    /// <c>[N]</c>, bool: images whose gradient passes a ReLU that would stop all of it, where it pushes clipped values back into the open range
    /// (lucid, misc/redirected_relu_grad.py); null: none. Values are the same with and without.
    /// </param>
    /// <returns>
    /// <c>[N, C, h, w]</c>; for tokens <c>[N, D, T, 1]</c>, the first <see cref="LayerInfo.PrefixTokens"/> of the T being class
    /// token and registers; <c>[N, classes]</c> for logits. Belongs to the caller's dispose scope.
    /// </returns>
    /// <exception cref="UnknownLayerException">There is no such layer.</exception>
    /// <exception cref="ImageSizeException">The pictures are smaller than the network can take.</exception>
    torch.Tensor Forward(torch.Tensor images, string layer, torch.Tensor? redirected = null);

    /// <summary>Values of several layers, by one run where the network can tell more than one.</summary>
    /// <param name="images">As for <see cref="Forward"/>.</param>
    /// <param name="layers">Names as for <see cref="Forward"/>.</param>
    /// <returns>
    /// In the order of the names, each as of <see cref="Forward"/>; of ONNX graphs last bits differ where a layer between is wanted too, since nothing is folded across it. They belong to the
    /// caller's dispose scope.
    /// </returns>
    /// <exception cref="UnknownLayerException">There is no such layer.</exception>
    /// <exception cref="ImageSizeException">The pictures are smaller than the network can take.</exception>
    IReadOnlyList<torch.Tensor> ForwardLayers(torch.Tensor images, IReadOnlyList<string> layers) => [.. layers.Select(layer => Forward(images, layer))];

    /// <summary>Shows the values of several layers, each as soon as it is computed where the network can: what nobody needs any more is freed on the way.</summary>
    /// <param name="images">As for <see cref="Forward"/>.</param>
    /// <param name="layers">Names as for <see cref="Forward"/>.</param>
    /// <param name="visit">Given the place of a name in <paramref name="layers"/> and its values, as of <see cref="ForwardLayers"/>, which live until it returns; called once for each place, in any order.</param>
    /// <param name="visitClipped">Called instead for places before and after a ReLU, where the network can and gradients are off; null: never.</param>
    /// <exception cref="UnknownLayerException">There is no such layer.</exception>
    /// <exception cref="ImageSizeException">The pictures are smaller than the network can take.</exception>
    void VisitLayers(torch.Tensor images, IReadOnlyList<string> layers, Action<int, torch.Tensor> visit, ClippingVisit? visitClipped = null)
    {
        ArgumentNullException.ThrowIfNull(visit);
        using var scope = torch.NewDisposeScope();
        foreach (var (place, values) in ForwardLayers(images, layers).Index())
        {
            visit(place, values);
        }
    }

    /// <summary>One channel of a layer for each picture: the last convolution is computed for the wanted channels alone.</summary>
    /// <param name="images">As for <see cref="Forward"/>.</param>
    /// <param name="layer">As for <see cref="Forward"/>.</param>
    /// <param name="channels"><c>[N]</c>, int64, on the network's device: the channel, or class, wanted of each picture.</param>
    /// <param name="redirected">As for <see cref="Forward"/>.</param>
    /// <returns><c>[N, h, w]</c>; T by 1 for tokens, 1 by 1 for logits; belongs to the caller's dispose scope.</returns>
    /// <exception cref="UnknownLayerException">There is no such layer.</exception>
    /// <exception cref="ImageSizeException">The pictures are smaller than the network can take.</exception>
    torch.Tensor ForwardChannels(torch.Tensor images, string layer, torch.Tensor channels, torch.Tensor? redirected = null);

    /// <summary>Multiplications with addition that <see cref="ForwardChannels"/> needs for one picture, all convolutions and the head counted.</summary>
    /// <param name="layer">As for <see cref="Forward"/>.</param>
    /// <param name="size">Side of the picture in pixels.</param>
    long MultiplyAdds(string layer, int size);
}
