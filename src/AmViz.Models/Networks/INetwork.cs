using TorchSharp;

namespace AmViz.Models;

/// <summary>A loaded network with frozen weights, run up to a named layer.</summary>
public interface INetwork : IDisposable
{
    /// <summary>Name, layers, labels and provenance.</summary>
    NetworkDescription Description { get; }

    /// <summary>Where the weights lie; pictures must lie there too.</summary>
    torch.Device Device { get; }

    /// <summary>Values of a layer; nothing past it is computed.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>, RGB in [0, 1], of the network's device and number format; gradients flow back to it.</param>
    /// <param name="layer">A name that <see cref="NetworkDescription.FindLayer"/> accepts.</param>
    /// <returns><c>[N, C, h, w]</c>, or <c>[N, classes]</c> for logits; belongs to the caller's dispose scope.</returns>
    /// <exception cref="UnknownLayerException">There is no such layer.</exception>
    /// <exception cref="ImageSizeException">The pictures are smaller than the network can take.</exception>
    torch.Tensor Forward(torch.Tensor images, string layer);
}
