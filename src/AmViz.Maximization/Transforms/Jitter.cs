using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Shifts every image by whole pixels; what leaves on one side comes back on the other.</summary>
/// <param name="pixels">Shifts are drawn uniformly from -pixels to +pixels on each axis.</param>
internal sealed class Jitter(int pixels) : ITransform
{
    public int DrawCount => 2;

    /// <summary>The shift that a draw in [0, 1) stands for, in pixels.</summary>
    public int ShiftOf(float draw) => (int)MathF.Floor(draw * (2 * pixels + 1)) - pixels;

    public Tensor Apply(Tensor images, ReadOnlySpan<float[]> draws)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        var rows = Sources(draws, axis: 0, height, images.device).unsqueeze(2);                  // [N, H, 1]
        var columns = Sources(draws, axis: 1, width, images.device).unsqueeze(1);                // [N, 1, W]
        var sources = (rows * width + columns).view(images.shape[0], 1, height * width);         // [N, 1, H W]
        return images.flatten(2).gather(2, sources.expand(-1, images.shape[1], -1)).view(images.shape);
    }

    /// <summary>For each place along an axis, the place that its pixel comes from.</summary>
    private Tensor Sources(ReadOnlySpan<float[]> draws, int axis, long length, Device device)
    {
        var shifts = new long[draws.Length];
        for (var n = 0; n < shifts.Length; n++)
        {
            shifts[n] = ShiftOf(draws[n][axis]);
        }

        return (arange(length, ScalarType.Int64, device).unsqueeze(0) - tensor(shifts, device: device).unsqueeze(1)).remainder(length);
    }
}
