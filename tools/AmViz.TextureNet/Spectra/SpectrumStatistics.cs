using AmViz.Imaging;

namespace AmViz.TextureNet.Spectra;

/// <summary>The direction of a picture's stripes.</summary>
/// <param name="Degrees">
/// Angle of the stripe lines in [0, 180), counter-clockwise from the x axis with y pointing up: 0 are horizontal lines,
/// 45 rise to the right, 90 are vertical.
/// </param>
/// <param name="Coherence">0 when all directions are alike (noise, checkerboards, rings) to 1 for one pure grating.</param>
public sealed record StripeOrientation(double Degrees, double Coherence);

/// <summary>What the power spectrum of a picture's luminance says: how fine its detail is and which way it runs.</summary>
/// <remarks>
/// Luminance is Rec. 709 over the sRGB values; its mean is removed and a Hann window applied, so that neither brightness
/// nor the jump at the borders counts as detail. Frequencies are in cycles a pixel, at most 0.5 along an axis.
/// </remarks>
public sealed class SpectrumStatistics
{
    /// <summary>Frequencies from half the Nyquist limit on count as high unless a caller says otherwise.</summary>
    public const double DefaultCutoff = 0.25;

    private const int AngleBins = 180;

    private readonly double[] _power;
    private readonly int _width;
    private readonly int _height;

    private SpectrumStatistics(double[] power, int width, int height) => (_power, _width, _height) = (power, width, height);

    /// <summary>Computes the power spectrum of a picture of any size of at least 2 x 2.</summary>
    public static SpectrumStatistics Of(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return new(PowerSpectrum.Of(picture), picture.Width, picture.Height);
    }

    /// <summary>Share of the power at radial frequencies of at least <paramref name="cutoff"/>, 0 to 1; 0 for a plain picture.</summary>
    /// <param name="cutoff">Cycles a pixel, above 0; default 0.25.</param>
    public double HighFrequencyShare(double cutoff = DefaultCutoff)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cutoff);
        double total = 0, high = 0;
        ForEachFrequency((fx, fy, power) =>
        {
            total += power;
            high += Math.Sqrt((fx * fx) + (fy * fy)) >= cutoff ? power : 0;
        });
        return total > 0 ? high / total : 0;
    }

    /// <summary>The direction that carries most power; of two crossing gratings, the stronger.</summary>
    /// <remarks>
    /// Power over line angles, smoothed over a few degrees; the peak is refined by the mean of doubled angles around it
    /// (angles of lines repeat after 180 degrees). A plain picture has coherence 0, and its degrees mean nothing.
    /// A grating is found within 2 degrees if five of its waves fit the picture; with two and a half the two lobes of its
    /// spectrum run into each other, and the answer was seen to be off by up to 15 degrees.
    /// Natural and drawn pictures have most of their power in waves about as long as themselves, of which there are only a
    /// few directions; who looks for a texture leaves them out by <paramref name="lowest"/>.
    /// </remarks>
    /// <param name="lowest">Lowest radial frequency that counts, in cycles a pixel; default 0.</param>
    /// <param name="highest">Highest radial frequency that counts, in cycles a pixel; default 1, above all there are.</param>
    public StripeOrientation DominantOrientation(double lowest = 0, double highest = 1)
    {
        var histogram = new double[AngleBins];
        double total = 0, cosine = 0, sine = 0;
        ForEachFrequency(lowest, highest, (fx, fy, power) =>
        {
            var angle = LineAngle(fx, fy);
            histogram[(int)Math.Round(angle) % AngleBins] += power;
            total += power;
            cosine += power * Math.Cos(2 * double.DegreesToRadians(angle));
            sine += power * Math.Sin(2 * double.DegreesToRadians(angle));
        });

        return total > 0
            ? new StripeOrientation(Refine(PeakOf(histogram), lowest, highest), Math.Sqrt((cosine * cosine) + (sine * sine)) / total)
            : new StripeOrientation(0, 0);
    }

    // A grating varies along its frequency vector; its lines run across. Rows count downwards, hence -fy.
    private static double LineAngle(double fx, double fy)
        => (double.RadiansToDegrees(Math.Atan2(-fy, fx)) + 90 + 360) % 180;

    private static int PeakOf(double[] histogram)
    {
        const int reach = 12;
        const double sigma = 4;
        return Enumerable.Range(0, AngleBins).MaxBy(bin =>
        {
            double sum = 0;
            for (var offset = -reach; offset <= reach; offset++)
            {
                sum += histogram[(bin + offset + AngleBins) % AngleBins] * Math.Exp(-offset * offset / (2 * sigma * sigma));
            }

            return sum;
        });
    }

    private double Refine(int peak, double lowest, double highest)
    {
        const double reach = 15;
        double cosine = 0, sine = 0;
        ForEachFrequency(lowest, highest, (fx, fy, power) =>
        {
            var offset = ((LineAngle(fx, fy) - peak + 270) % 180) - 90;
            if (Math.Abs(offset) <= reach)
            {
                cosine += power * Math.Cos(2 * double.DegreesToRadians(offset));
                sine += power * Math.Sin(2 * double.DegreesToRadians(offset));
            }
        });
        return (peak + double.RadiansToDegrees(Math.Atan2(sine, cosine) / 2) + 180) % 180;
    }

    private void ForEachFrequency(double lowest, double highest, Action<double, double, double> visit)
        => ForEachFrequency((fx, fy, power) =>
        {
            var radius = Math.Sqrt((fx * fx) + (fy * fy));
            if (radius >= lowest && radius <= highest)
            {
                visit(fx, fy, power);
            }
        });

    private void ForEachFrequency(Action<double, double, double> visit)
    {
        for (var v = 0; v < _height; v++)
        {
            for (var u = 0; u < _width; u++)
            {
                if (u != 0 || v != 0)
                {
                    visit(Frequency(u, _width), Frequency(v, _height), _power[(v * _width) + u]);
                }
            }
        }
    }

    private static double Frequency(int index, int length) => (double)(2 * index > length ? index - length : index) / length;
}
