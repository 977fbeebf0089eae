using AmViz.Imaging;

namespace AmViz.Maximization;

/// <summary>What was done to a picture: the difference of a saved picture and its original.</summary>
public sealed class Perturbation
{
    private const double MidGrey = 128;

    private readonly ChannelPanels _panels;
    private readonly int _width;
    private readonly int _height;
    private readonly int[] _levels;              // [C, H, W], grey levels

    /// <summary>The difference of two pictures of one size.</summary>
    /// <param name="original">As <see cref="NetworkInput.Read(string, NetworkDescription)"/> gives it.</param>
    /// <param name="changed">The same, of the changed picture.</param>
    /// <param name="channels">What each channel of the network's pictures is.</param>
    /// <exception cref="ArgumentException">Their sizes differ.</exception>
    public Perturbation(Picture original, Picture changed, IReadOnlyList<string> channels)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(changed);
        if ((original.Width, original.Height) != (changed.Width, changed.Height))
        {
            throw new ArgumentException(
                $"The original is {original.Width} x {original.Height}, the changed picture {changed.Width} x {changed.Height}; expected one size.", nameof(changed));
        }

        _panels = new(channels);
        (_height, _width) = _panels.PanelSize(original);
        _levels = [.. _panels.ToPlanes(original).Zip(_panels.ToPlanes(changed), (before, after) => Level(after) - Level(before))];
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
            for (var i = 0; i < _levels.Length; i++)
            {
                var (row, column) = (i / _width % _height, i % _width);
                sum += row + 1 < _height ? Math.Abs(_levels[i + _width] - _levels[i]) : 0;
                sum += column + 1 < _width ? Math.Abs(_levels[i + 1] - _levels[i]) : 0;
            }

            return sum / (double)GreyLevels.Highest;
        }
    }

    /// <summary>The perturbation around mid-grey, made stronger, for people to look at.</summary>
    /// <param name="gain">How many times. Default: 10.</param>
    public Picture Draw(int gain = 10)
        => _panels.ToPicture([.. _levels.Select(level => (float)((MidGrey + (gain * level)) / GreyLevels.Highest))], _height, _width);

    private static int Level(float value) => (int)MathF.Round(value * GreyLevels.Highest);
}
