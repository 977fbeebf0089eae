namespace AmViz.Imaging.Tests;

/// <summary>How far two pictures of one size lie apart, over all pixels and colours.</summary>
/// <param name="MaxDifference">Largest absolute difference, in grey levels (0 to 255).</param>
/// <param name="MeanDifference">Mean absolute difference, in grey levels.</param>
/// <param name="PeakSignalToNoise">PSNR in decibels, 10 log10(255^2 / mean squared error); infinite for equal pictures.</param>
internal sealed record PictureComparison(int MaxDifference, double MeanDifference, double PeakSignalToNoise)
{
    /// <summary>Compares two pictures byte by byte.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static PictureComparison Of(Picture left, Picture right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Width != right.Width || left.Height != right.Height)
        {
            throw new ArgumentException(
                $"Found pictures of {left.Width} x {left.Height} and {right.Width} x {right.Height}; expected one size.", nameof(right));
        }

        var max = 0;
        long sum = 0, sumOfSquares = 0;
        for (var i = 0; i < left.Pixels.Length; i++)
        {
            var difference = Math.Abs(left.Pixels[i] - right.Pixels[i]);
            max = Math.Max(max, difference);
            sum += difference;
            sumOfSquares += difference * difference;
        }

        var meanSquare = (double)sumOfSquares / left.Pixels.Length;
        return new PictureComparison(max, (double)sum / left.Pixels.Length, 10 * Math.Log10(255.0 * 255.0 / meanSquare));
    }
}
