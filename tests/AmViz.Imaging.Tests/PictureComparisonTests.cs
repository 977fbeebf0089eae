namespace AmViz.Imaging.Tests;

public sealed class PictureComparisonTests
{
    [Fact]
    public void EqualPicturesDoNotDiffer()
    {
        var comparison = PictureComparison.Of(TestPictures.Formula(9, 9), TestPictures.Formula(9, 9));

        Assert.Equal(new PictureComparison(0, 0, double.PositiveInfinity), comparison);
    }

    [Fact]
    public void DifferencesAreCountedOverAllColours()
    {
        var left = new Picture(2, 1, [10, 20, 30, 40, 50, 60]);
        var right = new Picture(2, 1, [13, 20, 30, 40, 50, 54]);

        var comparison = PictureComparison.Of(left, right);

        Assert.Equal(6, comparison.MaxDifference);
        Assert.Equal(1.5, comparison.MeanDifference);
        // Mean squared error (9 + 36) / 6 = 7.5; 10 log10(65025 / 7.5).
        Assert.Equal(39.380, comparison.PeakSignalToNoise, 3);
    }

    [Fact]
    public void PicturesOfDifferentSizesCannotBeCompared() =>
        Assert.Throws<ArgumentException>(() => PictureComparison.Of(TestPictures.Plain(2, 3, 0), TestPictures.Plain(3, 2, 0)));
}
