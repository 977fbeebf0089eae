using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>A random square of each image, enlarged to its whole size.</summary>
/// <param name="settings">Range of the square's side.</param>
internal sealed class RandomCrop(CropSettings settings) : ITransform
{
    public int DrawCount => 3;

    /// <summary>Side of the square that a draw in [0, 1) stands for, as a share of the image's.</summary>
    public double SideOf(float draw) => settings.Smallest + draw * (settings.Largest - settings.Smallest);

    public Tensor Apply(Tensor images, ReadOnlySpan<float[]> draws)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        var maps = new AffineMap[draws.Length];
        for (var n = 0; n < maps.Length; n++)
        {
            var side = SideOf(draws[n][0]);
            maps[n] = AffineMap.About(height, width, Shift(draws[n][1], height), Shift(draws[n][2], width), zoom: 1 / side, degrees: 0);

            // From the first to the last pixel's centre: nothing outside is read.
            double Shift(float draw, long length) => (0.5 - draw) * (1 - side) * (length - 1);
        }

        return BilinearSampling.Apply(images, maps);
    }
}
