using System.Numerics;

namespace AmViz.TextureNet.Tests;

/// <summary>The strongest frequency of a picture's luminance, by the plain definition of the Fourier transform.</summary>
internal static class SpectralPeak
{
    private const int LightFromOneSide = 2; // periods a picture; what varies as slowly is no stripe
    private const int FinestPeriod = 5;     // pixels; what varies as fast is grain

    /// <summary>Periods across the picture, to the right and downwards.</summary>
    /// <param name="planes"><c>[3, size, size]</c>.</param>
    /// <param name="size">Side in pixels.</param>
    public static (int Right, int Down) Of(float[] planes, int size)
    {
        var wave = Enumerable.Range(0, size).Select(i => Complex.FromPolarCoordinates(1, -Math.Tau * i / size)).ToArray();
        Complex Sum(int frequency, Func<int, Complex> at)
        {
            Complex sum = 0;
            for (int i = 0; i < size; i++)
                sum += at(i) * wave[(frequency + size) * i % size];
            return sum;
        }

        int highest = size / FinestPeriod;
        var rows = new Complex[size, highest + 1]; // transformed along x
        for (int y = 0; y < size; y++)
        {
            double[] line = [.. Enumerable.Range(0, size).Select(x => Windowed(planes, size, x, y))];
            for (int u = 0; u <= highest; u++)
                rows[y, u] = Sum(u, x => line[x]);
        }

        return
            (from u in Enumerable.Range(0, highest + 1)
             from v in Enumerable.Range(-highest, 2 * highest + 1)
             where u * u + v * v > LightFromOneSide * LightFromOneSide
             select (u, v)).MaxBy(frequency => Sum(frequency.v, y => rows[y, frequency.u]).Magnitude);
    }

    // A sine window, lest the jump from border to border counts.
    private static double Windowed(float[] planes, int size, int x, int y)
    {
        int pixel = y * size + x, area = size * size;
        double luminance = 0.2126 * planes[pixel] + 0.7152 * planes[area + pixel] + 0.0722 * planes[2 * area + pixel];
        return (luminance - 0.5) * Math.Sin(Math.PI * (x + 0.5) / size) * Math.Sin(Math.PI * (y + 0.5) / size);
    }
}
