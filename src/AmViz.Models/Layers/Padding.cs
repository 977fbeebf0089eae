namespace AmViz.Models;

/// <summary>Zeros around a map before a window slides over it.</summary>
internal readonly record struct Padding
{
    private readonly int? _pixels;

    private Padding(int? pixels) => _pixels = pixels;

    /// <summary>TensorFlow's SAME: as many zeros as the last window needs, the odd one at the end.</summary>
    public static Padding Same { get; } = new(null);

    /// <summary>TensorFlow's VALID.</summary>
    public static Padding None { get; } = new(0);

    /// <summary>The same number on every side.</summary>
    public static Padding Of(int pixels) => new(pixels);

    /// <summary>Whether nothing depends on the length.</summary>
    public bool IsNone => _pixels == 0;

    /// <summary>Zeros before and after a line of <paramref name="length"/>.</summary>
    /// <remarks>For SAME in all max((ceil(n / s) - 1) s + k - n, 0) (TensorFlow, "Notes on padding").</remarks>
    public (long Before, long After) Zeros(long length, int kernel, int stride)
    {
        if (_pixels is { } fixedCount)
        {
            return (fixedCount, fixedCount);
        }

        var total = Math.Max(((length + stride - 1) / stride - 1) * stride + kernel - length, 0);
        return (total / 2, total - total / 2);
    }

    /// <summary>Positions of the window on a line of <paramref name="length"/>; 0 or less where it does not fit.</summary>
    public int Positions(int length, int kernel, int stride)
    {
        (var before, var after) = Zeros(length, kernel, stride);
        var room = length + before + after - kernel;
        return room < 0 ? 0 : (int)(room / stride) + 1;
    }
}
