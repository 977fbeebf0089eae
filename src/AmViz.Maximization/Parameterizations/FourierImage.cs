using AmViz.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Images parameterized by the Fourier spectrum of their decorrelated colour planes (Algorithm 1; Olah et al. 2017).</summary>
/// <remarks>
/// An image is real, so half of its spectrum says all: <c>[N, P, H, W/2 + 1]</c> for P planes, kept as pairs of reals because the
/// optimizer works on reals. Coefficients are divided by their frequency, which gives every scale of the picture the same
/// chance; the frequency is never taken below that of one wave a picture. The transform is unitary, so a step means the
/// same at every size.
/// </remarks>
internal sealed class FourierImage : IImageParameterization
{
    private readonly int _size;
    private readonly Tensor _scale;       // [H, W/2 + 1, 2], each number twice: a product with strides takes ten times as long
    private readonly ColourMap _colours;

    /// <summary>Draws a random complex spectrum for every image, each from its own generator.</summary>
    /// <param name="recipe">Its size, gain, decay and deviation.</param>
    /// <param name="colours">From planes to the channels of the pictures; disposed of with this.</param>
    /// <param name="generators">One an image.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">float32 or float64.</param>
    public FourierImage(RenderRecipe recipe, ColourMap colours, IReadOnlyList<ImageGenerator> generators, Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        (_size, _colours) = (recipe.Size, colours);
        _scale = FrequencyScale(recipe, device, dtype).MoveToOuterDisposeScope();
        long[] shape = [colours.PlaneCount, _size, _size / 2 + 1, 2];
        var draws = generators.Select(generator => generator.Normal(shape)).ToArray();
        using Scalar deviation = recipe.InitialDeviation;
        Coefficients = new Parameter(stack(draws).mul_(deviation).to(dtype).to(device));
        Coefficients.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Parameter Coefficients { get; }

    /// <inheritdoc/>
    public Tensor ToImages()
    {
        var spectrum = view_as_complex(Coefficients * _scale);                                 // [N, P, H, W/2 + 1]
        var planes = fft.irfft2(spectrum, [_size, _size], norm: FFTNormType.Ortho);             // [N, P, H, W]
        return sigmoid(_colours.Apply(planes));                                                 // [N, C, H, W]
    }

    /// <summary>Every spectrum gives an image: nothing to bring back.</summary>
    public void Project()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Coefficients.Dispose();
        _scale.Dispose();
        _colours.Dispose();
    }

    private static Tensor FrequencyScale(RenderRecipe recipe, Device device, ScalarType dtype)
    {
        var size = recipe.Size;
        var vertical = fft.fftfreq(size, dtype: ScalarType.Float64).unsqueeze(1);               // [H, 1], cycles a pixel
        var horizontal = fft.rfftfreq(size, dtype: ScalarType.Float64).unsqueeze(0);            // [1, W/2 + 1]
        using Scalar lowest = 1.0 / size;
        using Scalar exponent = -recipe.FrequencyDecay;
        using Scalar gain = recipe.SpectrumGain;
        var frequency = (vertical * vertical).add(horizontal * horizontal, HeldScalars.One).sqrt().clamp_min(lowest);
        return frequency.pow(exponent).mul_(gain).unsqueeze(-1).expand(-1, -1, 2).contiguous().to(dtype).to(device);
    }
}
