namespace AmViz.Imaging;

/// <summary>An 8-bit sRGB picture in memory: rows from top to bottom, three interleaved bytes (R, G, B) a pixel.</summary>
public sealed class Picture
{
    private const int Channels = 3;

    private readonly byte[] _rgb;

    /// <summary>Copies the bytes of a picture.</summary>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="rgb"><c>[height, width, 3]</c>, exactly <c>height * width * 3</c> bytes.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size.</exception>
    public Picture(int width, int height, ReadOnlySpan<byte> rgb)
        : this(width, height, rgb.ToArray())
    {
    }

    private Picture(int width, int height, byte[] rgb)
    {
        var expected = ByteCount(width, height);
        if (rgb.Length != expected)
        {
            throw new ArgumentException(
                $"Found {rgb.Length} bytes for a picture of {width} x {height}; expected {expected} (3 a pixel).", nameof(rgb));
        }

        Width = width;
        Height = height;
        _rgb = rgb;
    }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>The pixels, <c>[Height, Width, 3]</c>.</summary>
    public ReadOnlyMemory<byte> Rgb => _rgb;

    /// <summary>The same array as <see cref="Rgb"/>, for codecs that take arrays; never written to.</summary>
    internal byte[] Pixels => _rgb;

    /// <summary>Makes a picture of colour planes: clamps to [0, 1], scales to 0..255 and rounds half up.</summary>
    /// <param name="chw"><c>[3, height, width]</c>, red plane first.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the size.</exception>
    /// <exception cref="InvalidPixelException">A value is not a number.</exception>
    public static Picture FromPlanes(ReadOnlySpan<float> chw, int height, int width)
    {
        var expected = ByteCount(width, height);
        if (chw.Length != expected)
        {
            throw new ArgumentException(
                $"Found {chw.Length} values for planes of {width} x {height}; expected {expected} (3 a pixel).", nameof(chw));
        }

        var rgb = new byte[expected];
        var planeSize = height * width;
        for (var channel = 0; channel < Channels; channel++)
        {
            var plane = chw.Slice(channel * planeSize, planeSize);
            for (var i = 0; i < planeSize; i++)
            {
                rgb[(i * Channels) + channel] = ToByte(plane[i], channel, i / width, i % width);
            }
        }

        return new Picture(width, height, rgb);
    }

    /// <summary>The picture as colour planes <c>[3, Height, Width]</c> in [0, 1], red plane first.</summary>
    public float[] ToPlanes()
    {
        var planeSize = Height * Width;
        var chw = new float[Channels * planeSize];
        for (var channel = 0; channel < Channels; channel++)
        {
            var plane = chw.AsSpan(channel * planeSize, planeSize);
            for (var i = 0; i < planeSize; i++)
            {
                plane[i] = _rgb[(i * Channels) + channel] / 255f;
            }
        }

        return chw;
    }

    /// <summary>Takes over an array that nobody else writes to.</summary>
    internal static Picture Own(int width, int height, byte[] rgb) => new(width, height, rgb);

    private static int ByteCount(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return checked(width * height * Channels);
    }

    // In double, because 0.49999997f + 0.5f is 1 in float.
    private static byte ToByte(float value, int channel, int row, int column)
        => float.IsNaN(value)
            ? throw new InvalidPixelException(
                $"Found NaN in plane {channel} at row {row}, column {column}; expected a number in [0, 1]. " +
                "The ascent that drew this picture has diverged: record it as not-a-number instead of saving it.")
            : (byte)((Math.Clamp((double)value, 0, 1) * 255) + 0.5);
}
