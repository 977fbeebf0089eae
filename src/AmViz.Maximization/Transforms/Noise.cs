using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Adds normal noise to every pixel; each image's noise comes from a seed that its own generator draws.</summary>
/// <param name="deviation">Standard deviation; pixels are in [0, 1].</param>
internal sealed class Noise(double deviation) : ITransform
{
    // A draw in [0, 1) has 24 bits.
    private const int Seeds = 1 << 24;

    private readonly Scalar _deviation = deviation;

    public int DrawCount => 1;

    public Tensor Apply(Tensor images, ReadOnlySpan<float[]> draws)
    {
        var noise = new Tensor[draws.Length];
        for (var n = 0; n < noise.Length; n++)
        {
            using var generator = new Generator((ulong)(draws[n][0] * Seeds));
            noise[n] = randn(images.shape[1..], dtype: ScalarType.Float32, generator: generator);
        }

        return images.add(stack(noise).to(images.dtype).to(images.device), _deviation);
    }
}
