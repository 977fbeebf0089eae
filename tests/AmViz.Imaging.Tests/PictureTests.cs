using CsCheck;

namespace AmViz.Imaging.Tests;

public sealed class PictureTests
{
    [Fact]
    public void PlanesOfAPictureGiveThePictureBack() =>
        TestPictures.Any.Sample(picture =>
        {
            var again = Picture.FromPlanes(picture.ToPlanes(), picture.Height, picture.Width);
            return again.Width == picture.Width && again.Height == picture.Height && again.Rgb.Span.SequenceEqual(picture.Rgb.Span);
        });

    [Fact]
    public void PlanesAreRedFirstAndRowMajor()
    {
        var picture = new Picture(2, 1, [255, 0, 51, 102, 153, 204]);

        Assert.Equal([1f, 0.4f, 0f, 0.6f, 0.2f, 0.8f], picture.ToPlanes());
    }

    [Theory]
    [InlineData(-3f, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(0.49f / 255, 0)]
    [InlineData(0.5f / 255, 1)]
    [InlineData(127.5f / 255, 128)]
    [InlineData(254.49f / 255, 254)]
    [InlineData(7f, 255)]
    [InlineData(float.PositiveInfinity, 255)]
    public void ValuesAreClampedAndRoundedHalfUp(float value, byte expected) =>
        Assert.Equal(expected, Picture.FromPlanes([value, 0, 0], 1, 1).Rgb.Span[0]);

    [Fact]
    public void NotANumberIsRefusedWithItsPlace()
    {
        var planes = new float[3 * 2 * 4];
        planes[8 + 5] = float.NaN;

        var error = Assert.Throws<InvalidPixelException>(() => Picture.FromPlanes(planes, height: 2, width: 4));

        Assert.Contains("plane 1 at row 1, column 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, -1, 3)]
    [InlineData(2, 2, 11)]
    [InlineData(2, 2, 13)]
    public void SizesThatDoNotFitAreRefused(int width, int height, int byteCount)
    {
        Assert.ThrowsAny<ArgumentException>(() => new Picture(width, height, new byte[byteCount]));
        Assert.ThrowsAny<ArgumentException>(() => Picture.FromPlanes(new float[byteCount], height, width));
    }

    [Fact]
    public void LaterChangesOfTheCallersArrayDoNotReachThePicture()
    {
        byte[] rgb = [1, 2, 3];
        var picture = new Picture(1, 1, rgb);

        rgb[0] = 99;

        Assert.Equal(1, picture.Rgb.Span[0]);
    }
}
