using AmViz.Imaging;

namespace AmViz.Maximization;

/// <summary>What was done to a picture: the difference of a saved picture and its original.</summary>
public sealed class Perturbation
{
    private const int Channels = 3;
    private const int MidGrey = 128;

    private readonly int _width;
    private readonly int _height;
    private readonly int[] _levels;              // [H, W, 3], grey levels

    /// <summary>The difference of two pictures of one size.</summary>
    /// <exception cref="ArgumentException">Their sizes differ.</exception>
    public Perturbation(Picture original, Picture changed)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(changed);
        if ((original.Width, original.Height) != (changed.Width, changed.Height))
        {
            throw new ArgumentException(
                $"The original is {original.Width} x {original.Height}, the changed picture {changed.Width} x {changed.Height}; expected one size.", nameof(changed));
        }

        (_width, _height) = (original.Width, original.Height);
        var before = original.Rgb.Span;
        var after = changed.Rgb.Span;
        _levels = new int[before.Length];
        for (var i = 0; i < _levels.Length; i++)
        {
            _levels[i] = after[i] - before[i];
        }
    }

    /// <summary>Largest change of a value, in grey levels of 255.</summary>
    public int LargestLevel => _levels.Max(Math.Abs);

    /// <summary>Largest change of a value, on pixels in [0, 1]: the L-infinity norm.</summary>
    public double LInfinity => LargestLevel / (double)GreyLevels.Highest;

    /// <summary>TV of the perturbation on pixels in [0, 1], as the attack's objective has it.</summary>
    public double TotalVariation
    {
        get
        {
            long sum = 0;
            var row = _width * Channels;
            for (var i = 0; i < _levels.Length; i++)
            {
                sum += i + row < _levels.Length ? Math.Abs(_levels[i + row] - _levels[i]) : 0;
                sum += (i % row) + Channels < row ? Math.Abs(_levels[i + Channels] - _levels[i]) : 0;
            }

            return sum / (double)GreyLevels.Highest;
        }
    }

    /// <summary>The perturbation around mid-grey, made stronger, for people to look at.</summary>
    /// <param name="gain">How many times. Default: 10.</param>
    public Picture Draw(int gain = 10)
        => new(_width, _height, [.. _levels.Select(level => (byte)Math.Clamp(MidGrey + (gain * level), byte.MinValue, byte.MaxValue))]);
}
