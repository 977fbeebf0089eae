using System.Globalization;
using NetVips;

namespace AmViz.Imaging;

/// <summary>Brings samples that only TIFF has to those that other formats have.</summary>
internal static class SampleDepth
{
    private const int White = 255;

    /// <summary>An image of 8 or 16 bits without sign: itself, or its floating-point numbers in [0, 1] as 0 to 255.</summary>
    /// <remarks>[0, 1] is what scikit-image, TensorFlow and PyTorch take floating-point pictures for; no gamma is applied, as by them.</remarks>
    /// <exception cref="UnsupportedPictureException">Its numbers have no black and white of their own.</exception>
    public static Image ToWholeNumbers(Image image, string source)
    {
        switch (image.Format)
        {
            case Enums.BandFormat.Uchar or Enums.BandFormat.Ushort:
                return image.Copy();
            case Enums.BandFormat.Float or Enums.BandFormat.Double:
                RequireUnitRange(image, source);
                return ToBytes(image);
            default:
                throw new UnsupportedPictureException(
                    $"{source} has samples of kind {image.Format}, which say nothing of what is black and what is white. Convert it to 8 or 16 bits without sign.");
        }
    }

    private static Image ToBytes(Image image)
    {
        using var scaled = image.Linear([White], [0]);
        using var rounded = scaled.Rint();
        using var bytes = rounded.Cast(Enums.BandFormat.Uchar);
        const int bandsOfColour = 3;
        return bytes.Copy(interpretation: image.Bands < bandsOfColour ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }

    private static void RequireUnitRange(Image image, string source)
    {
        using var numbers = image.Equal(image);
        var (least, most) = (image.Min(), image.Max());
        if (numbers.Min() <= 0)
        {
            throw new UnsupportedPictureException($"{source} has samples that are not numbers (NaN). Expected floating-point samples from 0 (black) to 1 (white).");
        }

        if (least < 0 || most > 1)
        {
            throw new UnsupportedPictureException(string.Create(CultureInfo.InvariantCulture,
                $"{source} has floating-point samples from {least:g4} to {most:g4}; expected 0 (black) to 1 (white). Divide them, or convert it to 8 or 16 bits."));
        }
    }
}
