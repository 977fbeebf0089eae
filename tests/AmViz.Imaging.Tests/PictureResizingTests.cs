using CsCheck;

namespace AmViz.Imaging.Tests;

public sealed class PictureResizingTests
{
    [Theory]
    [InlineData(61, 47, 20, 20)]
    [InlineData(61, 47, 47, 47)]
    [InlineData(61, 47, 100, 100)]
    [InlineData(224, 224, 128, 128)]
    [InlineData(30, 90, 7, 13)]
    [InlineData(16, 16, 16, 16)]
    public void EveryByteIsTheOnePillowGives(int width, int height, int toWidth, int toHeight)
    {
        var expected = Golden($"{width}x{height}-{toWidth}x{toHeight}.png");

        var actual = TriangleResampler.Resample(TestPictures.Formula(width, height), toWidth, toHeight);

        Assert.Equal(0, PictureComparison.Of(expected, actual).MaxDifference);
    }

    [Theory]
    [InlineData(61, 47)]
    [InlineData(47, 61)]
    [InlineData(50, 20)]
    public void CropCenterCutsWhereTorchvisionCuts(int width, int height)
    {
        var expected = Golden($"{width}x{height}-crop24.png");

        var actual = TestPictures.Formula(width, height).Resize(24, ResizeMode.CropCenter);

        Assert.Equal(0, PictureComparison.Of(expected, actual).MaxDifference);
    }

    // What is cut off is never made (pictures as thin as a line took gigabytes, or ended in an overflow).
    [Theory]
    [InlineData(60_000, 1)]
    [InlineData(2, 40_000)]
    [InlineData(10_000_000, 1)]
    public void OfAVeryLongPictureOnlyTheCentreIsResampled(int width, int height)
    {
        var picture = TestPictures.Plain(width, height, 77);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var resized = picture.Resize(224, ResizeMode.CropCenter);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        Assert.True(resized.Rgb.Span.IndexOfAnyExcept((byte)77) < 0);
    }

    [Fact]
    public void TheResultIsAlwaysTheSquareAskedForAndKeepsAPlainColour() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Byte, Gen.Enum<ResizeMode>()).Sample((width, height, size, grey, mode) =>
        {
            var resized = TestPictures.Plain(width, height, grey).Resize(size, mode);

            Assert.Equal((size, size), (resized.Width, resized.Height));
            Assert.True(resized.Rgb.Span.IndexOfAnyExcept(grey) < 0);
        });

    private static Picture Golden(string name) =>
        PictureLoader.Load(Path.Combine(AppContext.BaseDirectory, "Goldens", name));
}
