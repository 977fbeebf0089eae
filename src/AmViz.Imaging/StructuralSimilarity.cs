using NetVips;

namespace AmViz.Imaging;

/// <summary>How alike two pictures are in brightness, contrast and structure, place by place.</summary>
/// <remarks>
/// Wang, Bovik, Sheikh and Simoncelli 2004, <i>Image Quality Assessment: From Error Visibility to Structural Similarity</i>, equation 13 and section III.C: a Gaussian window of
/// 11 by 11 pixels and a deviation of 1.5, K1 = 0.01, K2 = 0.03, here of the luma of Rec. 709. Where the window does not lie inside the picture nothing is compared.
/// </remarks>
public static class StructuralSimilarity
{
    private const int Radius = 5;

    private const double Deviation = 1.5;

    private const double White = 255;

    private const double C1 = 0.01 * White * (0.01 * White);

    private const double C2 = 0.03 * White * (0.03 * White);

    private static readonly double[] Luma = [0.2126, 0.7152, 0.0722];

    /// <summary>Side of the smallest pictures that can be compared, in pixels.</summary>
    public const int SmallestSide = (2 * Radius) + 1;

    /// <summary>Compares two pictures.</summary>
    /// <param name="one">At least <see cref="SmallestSide"/> pixels high and wide.</param>
    /// <param name="other">Of the same size.</param>
    /// <returns>The mean over all places, -1 to 1: 1 for equal pictures, near 0 for those that have nothing to do with each other.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or a side is too short.</exception>
    public static double Between(Picture one, Picture other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if ((one.Width, one.Height) != (other.Width, other.Height) || Math.Min(one.Width, one.Height) < SmallestSide)
        {
            throw new ArgumentException($"Pictures of {one.Width} x {one.Height} and {other.Width} x {other.Height} cannot be compared; expected two of one size, at least {SmallestSide} pixels high and wide.", nameof(other));
        }

        using var x = LumaOf(one);
        using var y = LumaOf(other);
        using var window = Window();
        using var meanX = Mean(x, window);
        using var meanY = Mean(y, window);
        using var squareX = Moment(x, x, window);
        using var squareY = Moment(y, y, window);
        using var product = Moment(x, y, window);
        using var map = Similarity(meanX, meanY, squareX, squareY, product);
        return map.Avg();
    }

    private static Image Similarity(Image meanX, Image meanY, Image squareX, Image squareY, Image product)
    {
        using var means = meanX * meanY;
        using var meanSquares = (meanX * meanX) + (meanY * meanY);
        using var variances = squareX + squareY - meanSquares;
        using var covariance = product - means;
        using var above = ((means * 2) + C1) * ((covariance * 2) + C2);
        using var below = (meanSquares + C1) * (variances + C2);
        return above / below;
    }

    private static Image LumaOf(Picture picture)
    {
        using var colours = VipsRuntime.ToImage(picture);
        using var weights = Image.NewFromArray(new[] { Luma });
        using var exact = colours.Cast(Enums.BandFormat.Double);
        return exact.Recomb(weights);
    }

    // The window is separable: a row of it, then the same down the columns.
    private static Image Window()
    {
        double[] row = [.. Enumerable.Range(-Radius, SmallestSide).Select(place => Math.Exp(-place * place / (2 * Deviation * Deviation)))];
        return Image.NewFromArray(new[] { row }, scale: row.Sum());
    }

    private static Image Moment(Image x, Image y, Image window)
    {
        using var products = x * y;
        return Mean(products, window);
    }

    private static Image Mean(Image values, Image window)
    {
        using var blurred = values.Convsep(window, precision: Enums.Precision.Float);
        return blurred.Crop(Radius, Radius, values.Width - (2 * Radius), values.Height - (2 * Radius));
    }
}
