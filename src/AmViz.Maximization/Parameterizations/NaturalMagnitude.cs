using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>The magnitude spectrum of natural images: a law, or the profile of photographs.</summary>
public static class NaturalMagnitude
{
    private const int Colours = 3;
    private const int Length = MagnitudeSettings.ProfileLength;

    // Pixels at 0 or 1 would come from infinity before the sigmoid.
    private const double Darkest = 0.02;

    private static readonly double Step = Math.Log(MagnitudeSettings.ProfileEnd / MagnitudeSettings.ProfileStart) / (Length - 1);

    /// <summary>Measures photographs for <see cref="MagnitudeSettings.Profile"/>: the mean magnitude at every frequency, before colours are mixed and squeezed into [0, 1].</summary>
    /// <param name="photographs">Each <c>[3, size, size]</c> in [0, 1], plane after plane.</param>
    /// <param name="size">Height and width of all, in pixels.</param>
    public static IReadOnlyList<double> Measure(IReadOnlyList<float[]> photographs, int size)
    {
        ArgumentNullException.ThrowIfNull(photographs);
        if (photographs.Count == 0)
        {
            throw new ArgumentException("Found no photographs; expected at least one.", nameof(photographs));
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var decorrelate = ColourDecorrelation.Matrix(CPU, ScalarType.Float64).inverse();
        var (sums, counts) = (new double[Colours * Length], new double[Colours * Length]);
        foreach (var photograph in photographs)
        {
            var values = tensor(photograph.Select(pixel => Logit(Math.Clamp(pixel, Darkest, 1 - Darkest))).ToArray()).view(Colours, -1);
            var planes = matmul(decorrelate, values).view(Colours, size, size);
            var magnitude = fft.rfft2(planes, norm: FFTNormType.Ortho).abs().data<double>().ToArray();
            ForEachFrequency(Colours, size, (place, frequency) =>
            {
                var bin = place / (size * (size / 2 + 1)) * Length + (int)Math.Round(ProfilePlace(frequency));
                sums[bin] += magnitude[place];
                counts[bin]++;
            });
        }

        double[] means = [.. sums.Zip(counts, (sum, count) => sum / count)];
        FillHoles(means);
        return [.. means.Select(mean => Math.Round(mean / means.Max(), 6))];
    }

    /// <summary>Magnitude of every frequency of the half-spectrum of an image under a unitary transform.</summary>
    /// <remarks>
    /// Scaled so that the decorrelated planes have mean 0 and together standard deviation 1, which is what Xplique and Horama make
    /// of theirs at every step: phases do not change it, so once is enough.
    /// </remarks>
    /// <param name="settings">The law, or a profile of photographs.</param>
    /// <param name="size">Height and width of the image in pixels.</param>
    /// <param name="statistics">For each plane, which decorrelated colour of a profile it takes: 0, 1 or 2.</param>
    /// <returns><c>[P, H, W/2 + 1]</c>, float64; 0 at frequency 0.</returns>
    internal static Tensor Of(MagnitudeSettings settings, int size, IReadOnlyList<int> statistics)
    {
        var columns = size / 2 + 1;
        var magnitude = new double[statistics.Count * size * columns];
        var energy = 0.0;
        ForEachFrequency(statistics.Count, size, (place, frequency) =>
        {
            magnitude[place] = settings.Profile is { } profile
                ? Interpolated(profile, statistics[place / (size * columns)], frequency)
                : Math.Pow(frequency, -settings.Decay);

            // A coefficient stands for itself and its mirror image, save in the columns that are their own.
            var column = place % columns;
            energy += magnitude[place] * magnitude[place] * (column == 0 || 2 * column == size ? 1 : 2);
        });

        var scale = Math.Sqrt((double)statistics.Count * size * size / energy);
        return tensor([.. magnitude.Select(value => value * scale)], [statistics.Count, size, columns]);
    }

    /// <summary>Calls with every place of <c>[P, H, W/2 + 1]</c> but those of frequency 0, and its frequency in cycles a pixel.</summary>
    private static void ForEachFrequency(int planes, int size, Action<int, double> visit)
    {
        var columns = size / 2 + 1;
        for (var place = 0; place < planes * size * columns; place++)
        {
            var (row, column) = (place / columns % size, place % columns);
            if (row + column > 0)
            {
                visit(place, Math.Sqrt(Squared(Math.Min(row, size - row)) + Squared(column)) / size);
            }
        }
    }

    private static double Interpolated(IReadOnlyList<double> profile, int plane, double frequency)
    {
        var place = ProfilePlace(frequency);
        var below = Math.Min((int)place, Length - 2);
        double LogarithmAt(int bin) => Math.Log(Math.Max(profile[plane * Length + bin], 1e-12));
        return Math.Exp(double.Lerp(LogarithmAt(below), LogarithmAt(below + 1), place - below));
    }

    /// <summary>Where a frequency stands in the profile of a plane, from 0 to its length less 1.</summary>
    private static double ProfilePlace(double frequency) => Math.Clamp(Math.Log(frequency / MagnitudeSettings.ProfileStart) / Step, 0, Length - 1);

    /// <summary>Between the few lowest frequencies of a picture lie places that none of them falls on: there the next one stands.</summary>
    private static void FillHoles(double[] means)
    {
        for (var bin = means.Length - 2; bin >= 0; bin--)
        {
            means[bin] = double.IsNaN(means[bin]) && bin % Length < Length - 1 ? means[bin + 1] : means[bin];
        }
    }

    private static double Logit(double value) => Math.Log(value / (1 - value));

    private static double Squared(double value) => value * value;
}
