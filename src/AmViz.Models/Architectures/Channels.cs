namespace AmViz.Models;

/// <summary>Channel counts that hardware likes.</summary>
internal static class Channels
{
    /// <summary>The nearest multiple, but at least one and not below nine tenths: <c>_make_divisible</c> of MobileNet, which all libraries took over.</summary>
    public static int Divisible(double channels, int divisor)
    {
        var rounded = Math.Max(divisor, (int)(channels + divisor / 2.0) / divisor * divisor);
        return rounded < 0.9 * channels ? rounded + divisor : rounded;
    }
}
