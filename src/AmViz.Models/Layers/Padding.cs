namespace AmViz.Models;

/// <summary>Zeros around a map before a window slides over it.</summary>
internal readonly record struct Padding
{
    private readonly int? _pixels;
    private readonly bool _reachesEnd;

    private Padding(int? pixels, bool reachesEnd = false)
    {
        _pixels = pixels;
        _reachesEnd = reachesEnd;
    }

    /// <summary>TensorFlow's SAME: as many zeros as the last window needs, the odd one at the end.</summary>
    public static Padding Same { get; } = new(null);

    /// <summary>TensorFlow's VALID.</summary>
    public static Padding None { get; } = new(0);

    /// <summary>The same number on every side.</summary>
    public static Padding Of(int pixels) => new(pixels);

    /// <summary>The same number on every side, and at the end as many more as a last window needs that begins on the map: PyTorch's <c>ceil_mode</c>, Caffe's pooling.</summary>
    public static Padding Ceiling(int pixels) => new(pixels, reachesEnd: true);

    /// <summary>Whether nothing depends on the length.</summary>
    public bool IsNone => _pixels == 0 && !_reachesEnd;

    /// <summary>Whether a last window may reach over the end (<see cref="Ceiling"/>).</summary>
    public bool ReachesEnd => _reachesEnd;

    /// <summary>Zeros before and after a line of <paramref name="length"/>.</summary>
    /// <remarks>For SAME in all max((ceil(n / s) - 1) s + k - n, 0) (TensorFlow, "Notes on padding").</remarks>
    public (long Before, long After) Zeros(long length, int kernel, int stride)
    {
        if (_pixels is { } fixedCount)
        {
            return _reachesEnd
                ? (fixedCount, Math.Max(fixedCount, (long)(Positions((int)length, kernel, stride) - 1) * stride + kernel - length - fixedCount))
                : (fixedCount, fixedCount);
        }

        var total = Math.Max(((length + stride - 1) / stride - 1) * stride + kernel - length, 0);
        return (total / 2, total - total / 2);
    }

    /// <summary>Positions of the window on a line of <paramref name="length"/>; 0 or less where it does not fit.</summary>
    public int Positions(int length, int kernel, int stride)
    {
        if (_reachesEnd)
        {
            var pixels = _pixels!.Value;
            var steps = length + 2 * pixels - kernel + stride - 1;
            var windows = steps < 0 ? 0 : steps / stride + 1;
            return (windows - 1) * stride >= length + pixels ? windows - 1 : windows;
        }

        (var before, var after) = Zeros(length, kernel, stride);
        var room = length + before + after - kernel;
        return room < 0 ? 0 : (int)(room / stride) + 1;
    }
}
