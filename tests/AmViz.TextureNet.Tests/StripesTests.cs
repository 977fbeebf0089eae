using System.Globalization;
using AmViz.Imaging;
using AmViz.TextureNet.Textures;

namespace AmViz.TextureNet.Tests;

/// <summary>The stripes are the ground truth that pictures of the network are compared with, so they are measured themselves.</summary>
public sealed class StripesTests
{
    private const int Draws = 6;

    public static TheoryData<int> EveryStripeClass => SamplePictures.EveryStripeClass;

    [Theory]
    [MemberData(nameof(EveryStripeClass))]
    public void LinesRunAtTheAngleOfTheLabel(int index)
    {
        const double tolerance = 5; // 3 degrees of tilt are part of the class
        var textureClass = TextureCatalogue.Classes[index];
        for (int draw = 0; draw < Draws; draw++)
        {
            var picture = Picture.FromPlanes(SamplePictures.Draw(textureClass, draw), SamplePictures.Size, SamplePictures.Size);
            double measured = SpectrumStatistics.Of(picture).DominantOrientation().Degrees;
            Assert.True(LineDistance(measured, LabelDegrees(textureClass)) <= tolerance, $"{textureClass}, draw {draw}: lines at {measured:F1} degrees.");
        }
    }

    [Theory]
    [MemberData(nameof(EveryStripeClass))]
    public void TheSpectrumPeaksAlongSineAndCosineOfTheAngle(int index)
    {
        const double tolerance = 9; // 3 degrees of tilt, and half a frequency bin at six periods a picture
        var textureClass = TextureCatalogue.Classes[index];
        double period = textureClass.Label.EndsWith("fine", StringComparison.Ordinal) ? 7 : 15;
        for (int draw = 0; draw < Draws; draw++)
        {
            var (right, down) = SpectralPeak.Of(SamplePictures.Draw(textureClass, draw), SamplePictures.Size);
            double degrees = double.RadiansToDegrees(Math.Atan2(right, down)); // (sin T, cos T), up to its sign
            Assert.True(LineDistance(degrees, LabelDegrees(textureClass)) <= tolerance, $"{textureClass}, draw {draw}: peak at ({right}, {down}).");
            Assert.InRange(SamplePictures.Size / Math.Sqrt(right * right + down * down), period * 0.8, period * 1.25);
        }
    }

    private static double LabelDegrees(TextureClass textureClass) =>
        double.Parse(textureClass.Label.Split(' ')[1], CultureInfo.InvariantCulture);

    // Lines repeat after half a turn.
    private static double LineDistance(double degrees, double other) =>
        Math.Abs((degrees - other + 270) % 180 - 90);
}
