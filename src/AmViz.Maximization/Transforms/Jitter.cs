using AmViz.Weights;
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
        var rows = Sources(draws, axis: 0, height, stride: width, images.device).unsqueeze(2);   // [N, H, 1]
        var columns = Sources(draws, axis: 1, width, stride: 1, images.device).unsqueeze(1);     // [N, 1, W]
        var sources = rows.add(columns, HeldScalars.One).view(images.shape[0], 1, height * width); // [N, 1, H W]
        return images.flatten(2).gather(2, sources.expand(-1, images.shape[1], -1)).view(images.shape);
    }

    /// <summary>For each place along an axis, where its pixel comes from, counted in <paramref name="stride"/>s of pixels.</summary>
    private Tensor Sources(ReadOnlySpan<float[]> draws, int axis, long length, long stride, Device device)
    {
        var sources = new long[draws.Length * length];
        for (var i = 0L; i < sources.Length; i++)
        {
            var source = (i % length - ShiftOf(draws[(int)(i / length)][axis])) % length;
            sources[i] = (source < 0 ? source + length : source) * stride;
        }

        return tensor(sources, device: device).view(draws.Length, length);
    }
}
