using AmViz.Imaging;
using AmViz.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>From pictures that people bring to what a network is given.</summary>
public static class NetworkInput
{
    /// <summary>The part of a picture that a network sees: the shorter side is brought to its input size and the centre taken.</summary>
    /// <returns>A square of the network's input size; the same picture if it is one already.</returns>
    public static Picture Fit(Picture picture, NetworkDescription network)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(network);
        var size = network.InputSize;
        return picture.Width == size && picture.Height == size ? picture : picture.Resize(size, ResizeMode.CropCenter);
    }

    /// <summary>Pictures as a batch of images.</summary>
    /// <param name="pictures">At least one; all of one size.</param>
    /// <param name="device">Where they shall lie.</param>
    /// <returns><c>[N, 3, H, W]</c>, RGB in [0, 1], float32; belongs to the caller's dispose scope.</returns>
    public static Tensor ToImages(IReadOnlyList<Picture> pictures, Device device)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var (height, width) = (pictures[0].Height, pictures[0].Width);
        float[] planes = [.. pictures.SelectMany(picture => picture.ToPlanes())];
        return tensor(planes, [pictures.Count, 3, height, width], device: device);
    }
}
