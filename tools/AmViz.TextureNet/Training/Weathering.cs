using static TorchSharp.torch;

namespace AmViz.TextureNet.Training;

/// <summary>What training pictures suffer on top: they fade to mid-grey and are covered with noise. Evaluation pictures do not.</summary>
/// <remarks>
/// Activation maximization starts from grey with a little noise. A network that has only seen strong, clean textures says
/// nothing sensible there, and finds every class in invisible noise elsewhere. One that has learned to tell faint textures
/// under noise has gradients that lead from grey to the texture (noise in training aligns gradients with what people see:
/// Kaur, Cohen and Lipton 2019, "Are perceptually-aligned gradients a general property of robust classifiers?").
/// </remarks>
internal sealed class Weathering : IDisposable
{
    private const double FaintestContrast = 0.12;
    private const double StrongestNoise = 0.35;      // deviation, as a share of the contrast left
    private const double ShareLeftAlone = 0.35;

    private readonly Generator _generator;

    /// <summary>Seeds the draws.</summary>
    public Weathering(int seed) => _generator = new Generator((ulong)(uint)seed);

    /// <summary>The pictures as they are shown to the network.</summary>
    /// <param name="pictures"><c>[N, 3, H, W]</c>.</param>
    /// <param name="strength">From 0 (as they are) to 1.</param>
    /// <returns>Within [0, 1].</returns>
    public Tensor Apply(Tensor pictures, double strength)
    {
        long count = pictures.shape[0];
        Tensor touched = Uniform(count).ge(ShareLeftAlone).to(float32);
        Tensor contrast = (Uniform(count) * (strength * Math.Log(FaintestContrast)) * touched).exp();       // log-uniform
        Tensor white = Normal(pictures.shape) * (Uniform(count) * (strength * StrongestNoise) * touched);
        Tensor pink = Pink(pictures.shape) * (Uniform(count) * (strength * StrongestNoise) * touched);
        return (0.5 + contrast * (pictures - 0.5 + white + pink)).clamp(0, 1);
    }

    /// <summary>Noise whose amplitude falls as 1/frequency, as in natural pictures; deviation 1.</summary>
    private Tensor Pink(long[] shape)
    {
        (long height, long width) = (shape[2], shape[3]);
        Tensor vertical = fft.fftfreq(height).unsqueeze(1), horizontal = fft.rfftfreq(width).unsqueeze(0);
        Tensor frequency = (vertical * vertical + horizontal * horizontal).sqrt().clamp_min(1.0 / Math.Max(height, width));
        Tensor spectrum = view_as_complex(Normal([shape[0], shape[1], height, width / 2 + 1, 2])) / frequency;
        Tensor noise = fft.irfft2(spectrum, [height, width]);
        return noise / noise.flatten(1).std(1).view(-1, 1, 1, 1);
    }

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();

    private Tensor Uniform(long count) => rand([count, 1, 1, 1], generator: _generator);

    private Tensor Normal(long[] shape) => randn(shape, generator: _generator);
}
