using System.Numerics;
using AmViz.Imaging;

namespace AmViz.TextureNet.Spectra;

/// <summary>Squared magnitude of the two-dimensional discrete Fourier transform of a picture's luminance.</summary>
internal static class PowerSpectrum
{
    /// <summary>Power <c>[Height, Width]</c>, zero frequency first, of the windowed luminance without its mean.</summary>
    public static double[] Of(Picture picture)
    {
        int width = picture.Width, height = picture.Height;
        var rows = TransformRows(WindowedLuminance(picture), width, height);
        var columns = TransformRows(Transpose(rows, width, height), height, width);
        var spectrum = Transpose(columns, height, width);
        return [.. spectrum.Select(z => (z.Real * z.Real) + (z.Imaginary * z.Imaginary))];
    }

    private static Complex[] WindowedLuminance(Picture picture)
    {
        var rgb = picture.Rgb.Span;
        var luminance = new double[picture.Width * picture.Height];
        for (var i = 0; i < luminance.Length; i++)
        {
            // Rec. 709.
            luminance[i] = (0.2126 * rgb[3 * i]) + (0.7152 * rgb[(3 * i) + 1]) + (0.0722 * rgb[(3 * i) + 2]);
        }

        var mean = luminance.Average();
        return [.. luminance.Select((value, i) => new Complex(
            (value - mean) * Hann(i % picture.Width, picture.Width) * Hann(i / picture.Width, picture.Height), 0))];
    }

    private static double Hann(int index, int length) => 0.5 - (0.5 * Math.Cos(2 * Math.PI * (index + 0.5) / length));

    // By the definition of the transform, which takes any length: a picture of 224 px needs 20 ms, once.
    private static Complex[] TransformRows(Complex[] values, int width, int height)
    {
        var roots = new Complex[width];
        for (var k = 0; k < width; k++)
        {
            roots[k] = Complex.FromPolarCoordinates(1, -2 * Math.PI * k / width);
        }

        var result = new Complex[values.Length];
        for (var row = 0; row < height; row++)
        {
            for (var u = 0; u < width; u++)
            {
                var sum = Complex.Zero;
                for (int x = 0, root = 0; x < width; x++)
                {
                    sum += values[(row * width) + x] * roots[root];
                    root += u;
                    root -= root >= width ? width : 0;
                }

                result[(row * width) + u] = sum;
            }
        }

        return result;
    }

    private static Complex[] Transpose(Complex[] values, int width, int height)
    {
        var result = new Complex[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            result[(i % width * height) + (i / width)] = values[i];
        }

        return result;
    }
}
