namespace AmViz.Imaging.Tests;

public sealed class StructuralSimilarityTests
{
    // structural_similarity of scikit-image, with gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255 and the luma as float64.
    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 0.6679451631961995)]
    [InlineData(2, 0.6410518932263823)]
    [InlineData(3, 0.034079908367472767)]
    public void ItIsThatOfScikitImage(int variant, double expected)
        => Assert.Equal(expected, StructuralSimilarity.Between(Sample(0), Sample(variant)), 1e-5);

    [Fact]
    public void ItIsTheSameBothWays()
        => Assert.Equal(StructuralSimilarity.Between(Sample(1), Sample(2)), StructuralSimilarity.Between(Sample(2), Sample(1)), 1e-12);

    [Fact]
    public void PicturesOfTwoSizesAreRefused()
    {
        var thrown = Assert.Throws<ArgumentException>(() => StructuralSimilarity.Between(new Picture(16, 16, new byte[768]), new Picture(16, 12, new byte[576])));
        Assert.Contains("16 x 16 and 16 x 12", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => StructuralSimilarity.Between(new Picture(10, 10, new byte[300]), new Picture(10, 10, new byte[300])));
    }

    // Made of whole numbers, so that another program makes the same.
    private static Picture Sample(int variant)
    {
        const int Width = 40, Height = 32;
        var rgb = new byte[3 * Width * Height];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (x, y, band) = (i / 3 % Width, i / 3 / Width, i % 3);
            var plain = ((x * 7) + (y * y * 3) + (band * 50)) % 256;
            rgb[i] = (byte)(variant switch
            {
                0 => plain,
                1 => (plain + (x * y % 40)) % 256,
                2 => plain / 2,
                _ => ((x * x * 5) + (y * 11) + (band * 90)) % 256,
            });
        }

        return new Picture(Width, Height, rgb);
    }
}
