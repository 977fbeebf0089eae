using AmViz.Imaging;

namespace AmViz.Atlas.Tests;

/// <summary>A coloured interference of a few warped waves.</summary>
internal static class SamplePicture
{
    public static Picture Of(int size, int seed)
    {
        var random = new Random(seed);
        var waves = Enumerable.Range(0, 4).Select(_ => new
        {
            Across = 2 + (12 * random.NextDouble()),
            Along = -7 + (14 * random.NextDouble()),
            Bend = 3 * random.NextDouble(),
            Colour = Enumerable.Range(0, 3).Select(_ => (0.5 * random.NextDouble()) - 0.25).ToArray(),
        }).ToArray();
        var planes = new float[3 * size * size];
        for (var i = 0; i < size * size; i++)
        {
            double x = (double)(i % size) / size, y = (double)(i / size) / size;
            foreach (var wave in waves)
            {
                var value = Math.Sin((wave.Across * x * 3) + (wave.Along * y * 3) + (wave.Bend * Math.Sin((5 * x) + (7 * y))));
                for (var channel = 0; channel < 3; channel++)
                {
                    planes[(channel * size * size) + i] += (float)(value * wave.Colour[channel]) + 0.125f;
                }
            }
        }

        return Picture.FromPlanes(planes, size, size);
    }
}
