using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Images whose spectrum has the magnitude of natural images; only its phase is optimized (MACO, Fel et al. 2023, section 3.1).</summary>
/// <remarks>
/// Phases are kept for half of the spectrum, as in <see cref="FourierImage"/>. In the columns of frequency 0 and of half a cycle
/// a pixel every coefficient meets its own mirror image, and an image is real only if the two phases are opposite: there the
/// odd part of the phases counts. So the magnitude is met at every frequency, not at most of them.
/// </remarks>
internal sealed class FixedMagnitudeImage : IImageParameterization
{
    private readonly int _size;
    private readonly Tensor _magnitude;   // [P, H, W/2 + 1]
    private readonly ColourMap _colours;

    /// <summary>Draws random phases for every image, each from its own generator.</summary>
    /// <param name="recipe">Its size, magnitude, gain and deviation.</param>
    /// <param name="colours">From planes to the channels of the pictures; disposed of with this.</param>
    /// <param name="generators">One an image.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">float32 or float64.</param>
    public FixedMagnitudeImage(RenderRecipe recipe, ColourMap colours, IReadOnlyList<ImageGenerator> generators, Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        (_size, _colours) = (recipe.Size, colours);
        using Scalar gain = recipe.SpectrumGain;
        using Scalar deviation = recipe.InitialDeviation;
        _magnitude = NaturalMagnitude.Of(recipe.Magnitude ?? new(), _size, colours.Statistics).mul(gain).to(dtype).to(device).MoveToOuterDisposeScope();
        long[] shape = [colours.PlaneCount, _size, _size / 2 + 1];
        var draws = generators.Select(generator => generator.Normal(shape)).ToArray();
        Coefficients = new Parameter(stack(draws).mul_(deviation).to(dtype).to(device));
        Coefficients.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Parameter Coefficients { get; }

    /// <summary>The constraint, <c>[P, H, W/2 + 1]</c>.</summary>
    internal Tensor Magnitude => _magnitude;

    /// <inheritdoc/>
    public Tensor ToImages() => sigmoid(_colours.Apply(ToPlanes()));

    /// <summary>Every phase gives an image: nothing to bring back.</summary>
    public void Project()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Coefficients.Dispose();
        _magnitude.Dispose();
        _colours.Dispose();
    }

    /// <summary>Decorrelated colour planes before the range map, <c>[N, P, H, W]</c>: these have the magnitude.</summary>
    internal Tensor ToPlanes()
    {
        var phase = PhaseOfRealImages();
        var spectrum = complex(_magnitude * phase.cos(), _magnitude * phase.sin());             // [N, P, H, W/2 + 1]
        return fft.irfft2(spectrum, [_size, _size], norm: FFTNormType.Ortho);
    }

    private Tensor PhaseOfRealImages()
    {
        var last = _size / 2;
        var between = Coefficients.narrow(3, 1, _size % 2 == 0 ? last - 1 : last);
        var zero = Odd(Coefficients.narrow(3, 0, 1));
        return _size % 2 == 0 ? cat([zero, between, Odd(Coefficients.narrow(3, last, 1))], 3) : cat([zero, between], 3);
    }

    /// <summary>The part of a column that changes its sign with the frequency.</summary>
    private static Tensor Odd(Tensor column) => column.sub(column.flip(2).roll(1, 2)).mul(Half);

    private static readonly Scalar Half = 0.5;
}
