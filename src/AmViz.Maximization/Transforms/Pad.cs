using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Maximization;

/// <summary>Puts a mid-grey border around every image, so that what is drawn at the edges is judged in context. Draws nothing.</summary>
/// <param name="pixels">Width of the border.</param>
internal sealed class Pad(int pixels) : ITransform
{
    private const double MidGrey = 0.5;

    public int DrawCount => 0;

    public Tensor Apply(Tensor images, ReadOnlySpan<float[]> draws)
        => F.pad(images, [pixels, pixels, pixels, pixels], PaddingModes.Constant, MidGrey);
}
