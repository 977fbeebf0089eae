namespace AmViz.Maximization;

/// <summary>The values of a picture of 8 bits: whole multiples of 1/255.</summary>
internal static class GreyLevels
{
    /// <summary>White.</summary>
    public const int Highest = 255;

    /// <summary>The largest n with n / 255 not above <paramref name="epsilon"/>: by so much a saved value may change.</summary>
    /// <param name="epsilon">On pixels in [0, 1].</param>
    public static int Within(double epsilon)
    {
        var levels = (int)(Math.Clamp(epsilon, 0, 1) * Highest) + 1;
        while (levels > 0 && levels / (double)Highest > epsilon)
        {
            levels--;
        }

        return levels;
    }
}
