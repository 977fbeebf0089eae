using AmViz.Imaging;
using AmViz.Imaging.Tests;
using AmViz.TextureNet.Spectra;
using CsCheck;

namespace AmViz.TextureNet.Tests.Spectra;

public sealed class SpectrumStatisticsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(22.5)]
    [InlineData(45)]
    [InlineData(67.5)]
    [InlineData(90)]
    [InlineData(112.5)]
    [InlineData(135)]
    [InlineData(157.5)]
    [InlineData(179)]
    public void TheAngleOfStripesIsTheAngleOfTheirLines(double degrees)
    {
        var found = SpectrumStatistics.Of(TestPictures.Grating(96, degrees, 0.08)).DominantOrientation();

        Assert.InRange(Distance(found.Degrees, degrees), 0, 1);
        Assert.InRange(found.Coherence, 0.9, 1);
    }

    [Fact]
    public void LinesThatRiseToTheRightStandAt45Degrees()
    {
        // Drawn without trigonometry: a pixel is dark where x + row is the same, which runs up to the right.
        var picture = TestPictures.Draw(64, 64, (x, row) => (x + row) % 8 < 4 ? (0, 0, 0) : (255, 255, 255));

        Assert.InRange(SpectrumStatistics.Of(picture).DominantOrientation().Degrees, 44, 46);
    }

    [Fact]
    public void AnyGratingOfFiveWavesOrMoreIsFoundWithin2Degrees() =>
        Gen.Select(Gen.Double[0, 179.9], Gen.Double[5.0 / 64, 0.3], Gen.Double[0, 6]).Sample(
            (degrees, frequency, phase) =>
                Distance(SpectrumStatistics.Of(TestPictures.Grating(64, degrees, frequency, phase)).DominantOrientation().Degrees, degrees) <= 2,
            iter: 200);

    [Fact]
    public void TheStrongerOfTwoCrossingGratingsWins()
    {
        var strong = TestPictures.Grating(96, 30, 0.1);
        var weak = TestPictures.Grating(96, 120, 0.07);
        var plaid = TestPictures.Draw(96, 96, (x, y) =>
        {
            var i = ((y * 96) + x) * 3;
            var grey = ((2 * strong.Rgb.Span[i]) + weak.Rgb.Span[i]) / 3;
            return (grey, grey, grey);
        });

        Assert.InRange(SpectrumStatistics.Of(plaid).DominantOrientation().Degrees, 28, 32);
    }

    [Fact]
    public void WavesOutsideOfTheBandDoNotCount()
    {
        // A strong wave as long as the picture, level, and a weak fine grating at 60 degrees.
        var across = double.DegreesToRadians(60);
        var planes = new float[3 * 96 * 96];
        for (var i = 0; i < planes.Length; i++)
        {
            var (x, y) = (i % 96, i / 96 % 96);
            planes[i] = (float)(0.5 + (0.35 * Math.Sin(Math.Tau * y / 96)) + (0.05 * Math.Sin(Math.Tau / 8 * ((x * Math.Sin(across)) + (y * Math.Cos(across))))));
        }

        var statistics = SpectrumStatistics.Of(Picture.FromPlanes(planes, 96, 96));

        Assert.True(Distance(0, statistics.DominantOrientation().Degrees) < 2);
        Assert.True(Distance(60, statistics.DominantOrientation(lowest: 1.0 / 24, highest: 0.25).Degrees) < 2);
    }

    [Fact]
    public void RingsHaveNoDirection()
    {
        var rings = TestPictures.Draw(96, 96, (x, y) =>
        {
            var grey = (int)(127.5 + (120 * Math.Cos(0.6 * Math.Sqrt(((x - 47.5) * (x - 47.5)) + ((y - 47.5) * (y - 47.5))))));
            return (grey, grey, grey);
        });

        Assert.InRange(SpectrumStatistics.Of(rings).DominantOrientation().Coherence, 0, 0.1);
    }

    [Theory]
    [InlineData(0.05, 0, 0.01)]
    [InlineData(0.4, 0.99, 1)]
    public void FineStripesAreHighFrequencyAndBroadOnesAreNot(double cyclesPerPixel, double least, double most) =>
        Assert.InRange(SpectrumStatistics.Of(TestPictures.Grating(64, 20, cyclesPerPixel)).HighFrequencyShare(), least, most);

    [Fact]
    public void WhiteNoiseSpreadsItsPowerEvenlyOverTheFrequencies()
    {
        var random = new Random(1);
        var noise = TestPictures.Draw(96, 96, (_, _) => random.Next(256) is var grey ? (grey, grey, grey) : default);

        // The square of frequencies less the disc of radius 1/4: 1 - pi / 16.
        Assert.InRange(SpectrumStatistics.Of(noise).HighFrequencyShare(), 0.78, 0.83);
    }

    [Fact]
    public void APlainPictureHasNeitherDetailNorDirection()
    {
        var statistics = SpectrumStatistics.Of(TestPictures.Plain(33, 17, 128));

        Assert.Equal(0, statistics.HighFrequencyShare());
        Assert.Equal(0, statistics.DominantOrientation().Coherence);
    }

    private static double Distance(double left, double right)
    {
        var difference = Math.Abs(left - right) % 180;
        return Math.Min(difference, 180 - difference);
    }
}
