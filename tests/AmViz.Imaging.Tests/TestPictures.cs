using CsCheck;

namespace AmViz.Imaging.Tests;

/// <summary>Pictures that tests draw themselves.</summary>
internal static class TestPictures
{
    /// <summary>Any picture of at most 40 x 40.</summary>
    public static Gen<Picture> Any { get; } =
        from width in Gen.Int[1, 40]
        from height in Gen.Int[1, 40]
        from rgb in Gen.Byte.Array[width * height * 3]
        select new Picture(width, height, rgb);

    public static Picture Plain(int width, int height, byte grey)
    {
        var rgb = new byte[width * height * 3];
        Array.Fill(rgb, grey);
        return new Picture(width, height, rgb);
    }

    /// <summary>A picture given by the three bytes at each (x, y).</summary>
    public static Picture Draw(int width, int height, Func<int, int, (int R, int G, int B)> colour)
    {
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            var (r, g, b) = colour(i % width, i / width);
            (rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]) = ((byte)r, (byte)g, (byte)b);
        }

        return new Picture(width, height, rgb);
    }

    /// <summary>Grey stripes whose lines stand at an angle, counter-clockwise from the x axis with y up.</summary>
    public static Picture Grating(int size, double degrees, double cyclesPerPixel, double phase = 0.3)
    {
        // The wave runs across the lines; rows count downwards.
        var across = double.DegreesToRadians(degrees + 90);
        return Draw(size, size, (x, y) =>
        {
            var along = (x * Math.Cos(across)) - (y * Math.Sin(across));
            var grey = (int)Math.Round(127.5 + (120 * Math.Cos((2 * Math.PI * cyclesPerPixel * along) + phase)));
            return (grey, grey, grey);
        });
    }

    /// <summary>The picture of Goldens/make_goldens.py.</summary>
    public static Picture Formula(int width, int height) => Draw(width, height, (x, y) => (
        ((x * 37) + (y * 91)) % 256,
        ((x * x) + (3 * y)) % 256,
        ((x / 5) + (y / 3)) % 2 == 1 ? 255 : x * y % 97));
}
