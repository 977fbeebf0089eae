using System.Globalization;
using AmViz.Imaging;
using AmViz.TextureNet.Spectra;
using AmViz.Responses.Textures;

namespace AmViz.TextureNet.Tests;

/// <summary>The stripes are the ground truth that pictures of the network are compared with, so they are measured themselves.</summary>
public sealed class StripesTests
{
    private const int Draws = 3;
    private const int Size = 160; // pixels: nearly nine of the coarsest stripes, so that their frequency is a point and no blot
    private const double Tilt = 6; // degrees; part of the class

    public static TheoryData<int> EveryStripeClass => SamplePictures.EveryStripeClass;

    [Theory]
    [MemberData(nameof(EveryStripeClass))]
    public void LinesRunAtTheAngleOfTheLabel(int index)
    {
        const double tolerance = Tilt + 2;
        var textureClass = TextureCatalogue.Classes[index];
        for (int draw = 0; draw < Draws; draw++)
        {
            var picture = Picture.FromPlanes(SamplePictures.Draw(textureClass, draw, size: Size), Size, Size);
            double measured = SpectrumStatistics.Of(picture).DominantOrientation().Degrees;
            Assert.True(LineDistance(measured, LabelDegrees(textureClass)) <= tolerance, $"{textureClass}, draw {draw}: lines at {measured:F1} degrees.");
        }
    }

    [Theory]
    [MemberData(nameof(EveryStripeClass))]
    public void TheSpectrumPeaksAlongSineAndCosineOfTheAngle(int index)
    {
        const double tolerance = Tilt + 4; // half a frequency bin at nine periods a picture
        var textureClass = TextureCatalogue.Classes[index];
        double period = textureClass.Label.EndsWith("fine", StringComparison.Ordinal) ? 10 : 16;
        for (int draw = 0; draw < Draws; draw++)
        {
            var (right, down) = SpectralPeak.Of(SamplePictures.Draw(textureClass, draw, size: Size), Size);
            double degrees = double.RadiansToDegrees(Math.Atan2(right, down)); // (sin T, cos T), up to its sign
            Assert.True(LineDistance(degrees, LabelDegrees(textureClass)) <= tolerance, $"{textureClass}, draw {draw}: peak at ({right}, {down}).");
            Assert.InRange(Size / Math.Sqrt(right * right + down * down), period * 0.8, period * 1.25);
        }
    }

    private static double LabelDegrees(TextureClass textureClass) =>
        double.Parse(textureClass.Label.Split(' ')[1], CultureInfo.InvariantCulture);

    // Lines repeat after half a turn.
    private static double LineDistance(double degrees, double other) =>
        Math.Abs((degrees - other + 270) % 180 - 90);
}
