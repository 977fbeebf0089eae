namespace AmViz.Imaging;

/// <summary>Pillow's antialiased bilinear filter: a triangle as wide as the shrinking asks for, rows first.</summary>
/// <remarks>
/// Same arithmetic as Pillow for 8-bit pictures (Resample.c): weights in fixed point with 22 bits, and the picture
/// between the two passes is rounded to 8 bits. A test holds it to pictures made by Pillow, byte for byte.
/// </remarks>
internal static class TriangleResampler
{
    // 32 bits less 8 for the pixel and 2 for the sum of weights that may pass 1.
    private const int FractionBits = 22;

    /// <summary>Resamples to any size.</summary>
    public static Picture Resample(Picture picture, int width, int height)
        => Resample(picture, new Cut(width, 0, width), new Cut(height, 0, height));

    /// <summary>Resamples to any size and keeps a part of the result; the rest is never made.</summary>
    /// <param name="picture">Any size.</param>
    /// <param name="columns">Of the result.</param>
    /// <param name="rows">Of the result.</param>
    public static Picture Resample(Picture picture, Cut columns, Cut rows)
    {
        var (width, height) = (columns.Count, rows.Count);
        var horizontal = WeightsOf(picture.Width, columns);
        var vertical = WeightsOf(picture.Height, rows);

        // Of a tall picture only the rows that a kept row is made of.
        var top = vertical[0].First;
        var between = new byte[width * (vertical[^1].First + vertical[^1].Weights.Length - top) * 3];
        for (var y = 0; y < between.Length / (width * 3); y++)
        {
            for (var x = 0; x < width; x++)
            {
                Blend(picture.Pixels, (top + y) * picture.Width * 3, stride: 3, horizontal[x], between.AsSpan(((y * width) + x) * 3, 3));
            }
        }

        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            var window = vertical[y] with { First = vertical[y].First - top };
            for (var x = 0; x < width; x++)
            {
                Blend(between, x * 3, stride: width * 3, window, rgb.AsSpan(((y * width) + x) * 3, 3));
            }
        }

        return Picture.Own(width, height, rgb);
    }

    private static void Blend(byte[] source, int offset, int stride, in Window window, Span<byte> pixel)
    {
        const int half = 1 << (FractionBits - 1);
        int red = half, green = half, blue = half;
        var at = offset + (window.First * stride);
        foreach (var weight in window.Weights)
        {
            red += source[at] * weight;
            green += source[at + 1] * weight;
            blue += source[at + 2] * weight;
            at += stride;
        }

        pixel[0] = ToByte(red);
        pixel[1] = ToByte(green);
        pixel[2] = ToByte(blue);
    }

    private static byte ToByte(int fixedPoint) => (byte)Math.Clamp(fixedPoint >> FractionBits, 0, 255);

    private static Window[] WeightsOf(int sourceLength, Cut target)
    {
        var windows = new Window[target.Count];
        var scale = (double)sourceLength / target.Length;
        var reach = Math.Max(scale, 1);
        for (var i = 0; i < windows.Length; i++)
        {
            var centre = (target.First + i + 0.5) * scale;
            var first = Math.Max((int)(centre - reach + 0.5), 0);
            var end = Math.Min((int)(centre + reach + 0.5), sourceLength);
            windows[i] = new Window(first, TriangleWeights(first, end, centre, reach));
        }

        return windows;
    }

    private static int[] TriangleWeights(int first, int end, double centre, double reach)
    {
        var weights = new double[end - first];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Max(0, 1 - Math.Abs((first + i - centre + 0.5) * (1 / reach)));
        }

        var sum = weights.Sum();
        return [.. weights.Select(weight => (int)((weight / sum * (1 << FractionBits)) + 0.5))];
    }

    /// <summary>A part of a side of the result.</summary>
    /// <param name="Length">Of the whole side, in pixels: a picture as thin as a line becomes longer than an array may be.</param>
    /// <param name="First">First pixel that is kept.</param>
    /// <param name="Count">How many are kept.</param>
    internal readonly record struct Cut(long Length, long First, int Count);

    /// <summary>The source pixels that one target pixel is made of: the first of them and the weight of each.</summary>
    private readonly record struct Window(int First, int[] Weights);
}
