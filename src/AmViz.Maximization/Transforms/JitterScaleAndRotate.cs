using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Random shift by whole pixels, random zoom and random rotation about the centre, in one bilinear sampling, so that the picture is interpolated once only.</summary>
/// <remarks>Where the picture does not reach, it is mirrored at its edges.</remarks>
/// <param name="jitter">The shift.</param>
/// <param name="scaleMin">Smallest zoom, above 0; above 1 enlarges.</param>
/// <param name="scaleMax">Largest zoom.</param>
/// <param name="degrees">Rotation is drawn uniformly from -degrees to +degrees, counter-clockwise positive.</param>
internal sealed class JitterScaleAndRotate(Jitter jitter, double scaleMin, double scaleMax, double degrees) : ITransform
{
    public int DrawCount => jitter.DrawCount + 2;

    /// <summary>The zoom that a draw in [0, 1) stands for.</summary>
    public double ScaleOf(float draw) => scaleMin + draw * (scaleMax - scaleMin);

    /// <summary>The rotation that a draw in [0, 1) stands for, in degrees.</summary>
    public double DegreesOf(float draw) => (2 * draw - 1) * degrees;

    public Tensor Apply(Tensor images, ReadOnlySpan<float[]> draws)
    {
        var maps = new AffineMap[draws.Length];
        for (var n = 0; n < draws.Length; n++)
        {
            var draw = draws[n];
            maps[n] = AffineMap.About(
                images.shape[2], images.shape[3], jitter.ShiftOf(draw[0]), jitter.ShiftOf(draw[1]), ScaleOf(draw[2]), DegreesOf(draw[3]));
        }

        return BilinearSampling.Apply(images, maps);
    }
}
