using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>TV: how much neighbouring pixels differ.</summary>
internal static class TotalVariation
{
    /// <summary>Sum of the absolute differences of every two pixels that are neighbours in a column or in a row, over all colours.</summary>
    /// <remarks>Anisotropic and not divided by the number of pixels, as <c>tf.image.total_variation</c>: the paper's lambda is of use with a sum only.</remarks>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <returns><c>[N]</c>.</returns>
    public static Tensor Of(Tensor images)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        var down = Distance(images.narrow(2, 1, height - 1), images.narrow(2, 0, height - 1));
        var across = Distance(images.narrow(3, 1, width - 1), images.narrow(3, 0, width - 1));
        return down.add(across, HeldScalars.One);
    }

    private static Tensor Distance(Tensor a, Tensor b) => a.sub(b).abs().sum([1, 2, 3]);
}
