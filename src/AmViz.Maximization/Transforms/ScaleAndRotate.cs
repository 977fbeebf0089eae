using AmViz.Models;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Maximization;

/// <summary>Random zoom and random rotation about the centre, in one bilinear sampling, so that the picture is interpolated once only.</summary>
/// <remarks>Where the picture does not reach, it is mirrored at its edges.</remarks>
/// <param name="scaleMin">Smallest zoom, above 0; above 1 enlarges.</param>
/// <param name="scaleMax">Largest zoom.</param>
/// <param name="degrees">Rotation is drawn uniformly from -degrees to +degrees, counter-clockwise positive.</param>
internal sealed class ScaleAndRotate(double scaleMin, double scaleMax, double degrees) : ITransform
{
    public int DrawCount => 2;

    /// <summary>The zoom that a draw in [0, 1) stands for.</summary>
    public double ScaleOf(float draw) => scaleMin + draw * (scaleMax - scaleMin);

    /// <summary>The rotation that a draw in [0, 1) stands for, in degrees.</summary>
    public double DegreesOf(float draw) => (2 * draw - 1) * degrees;

    public Tensor Apply(Tensor images, ReadOnlySpan<float[]> draws)
    {
        var grid = SamplingGrid(images, draws);                                                  // [N, H, W, 2]
        return F.grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false);
    }

    /// <summary>Where each pixel of the result is read, in [-1, 1] from edge to edge: x first, then y.</summary>
    private Tensor SamplingGrid(Tensor images, ReadOnlySpan<float[]> draws)
    {
        var cosines = new double[draws.Length];
        var sines = new double[draws.Length];
        for (var n = 0; n < draws.Length; n++)
        {
            // The result is read at the inverse transform, hence the division by the zoom.
            var (sine, cosine) = Math.SinCos(DegreesOf(draws[n][1]) * Math.PI / 180);
            (cosines[n], sines[n]) = (cosine / ScaleOf(draws[n][0]), sine / ScaleOf(draws[n][0]));
        }

        var cos = tensor(cosines, images.dtype, images.device).view(-1, 1, 1);                   // [N, 1, 1]
        var sin = tensor(sines, images.dtype, images.device).view(-1, 1, 1);
        var x = PixelCentres(images.shape[3], images).view(1, 1, -1);                            // [1, 1, W]
        var y = PixelCentres(images.shape[2], images).view(1, -1, 1);                            // [1, H, 1]

        // Sums of a row and a column are several times faster than affine_grid's product of every pixel with a matrix.
        return stack([(x * cos).sub(y * sin), (x * sin).add(y * cos, HeldScalars.One)], dim: 3);
    }

    /// <summary>Centres of <paramref name="length"/> pixels between -1 and 1, in the number format of <paramref name="like"/>.</summary>
    private static Tensor PixelCentres(long length, Tensor like)
    {
        var (spacing, first) = (2.0 / length, 1.0 / length - 1);
        return like.dtype == ScalarType.Float64
            ? tensor([.. Enumerable.Range(0, (int)length).Select(i => i * spacing + first)], device: like.device)
            : tensor([.. Enumerable.Range(0, (int)length).Select(i => i * (float)spacing + (float)first)], dtype: like.dtype, device: like.device);
    }
}
