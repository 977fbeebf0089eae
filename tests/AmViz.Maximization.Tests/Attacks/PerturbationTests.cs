using AmViz.Imaging;
using AmViz.Models;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Attacks;

[Collection(TorchTests.Name)]
public sealed class PerturbationTests
{
    private static readonly Gen<(Picture Before, Picture After)> Pictures =
        from width in Gen.Int[2, 9]
        from height in Gen.Int[2, 9]
        from before in Gen.Byte.Array[width * height * 3]
        from after in Gen.Byte.Array[width * height * 3]
        select (new Picture(width, height, before), new Picture(width, height, after));

    [Fact]
    public void NormsAreThoseWorkedOutByHand()
    {
        // Red of a 2 x 2 picture changes by +3 0 / -2 +1, the rest does not:
        // down the columns |-2 - 3| + |1 - 0|, along the rows |0 - 3| + |1 - -2|, together 12 grey levels.
        var before = new Picture(2, 2, [10, 0, 0, 10, 0, 0, 10, 0, 0, 10, 0, 0]);
        var after = new Picture(2, 2, [13, 0, 0, 10, 0, 0, 8, 0, 0, 11, 0, 0]);

        var perturbation = new Perturbation(before, after, NetworkDescription.Rgb);

        Assert.Equal(3, perturbation.LargestLevel);
        Assert.Equal(3 / 255d, perturbation.LInfinity);
        Assert.Equal(12 / 255d, perturbation.TotalVariation);
    }

    [Fact]
    public void TotalVariationIsWhatTheObjectiveHas()
        => Pictures.Sample(
            pair =>
            {
                using var scope = NewDisposeScope();
                var difference = Image(pair.After).sub(Image(pair.Before)).to(ScalarType.Float64);
                return Math.Abs(TotalVariation.Of(difference).item<double>() - new Perturbation(pair.Before, pair.After, NetworkDescription.Rgb).TotalVariation) < 1e-4;
            },
            iter: 50, threads: 1);

    [Fact]
    public void TotalVariationOfABatchIsANumberAnImage()
    {
        using var scope = NewDisposeScope();
        var images = tensor(new float[] { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -2, 0, 0, 0 }, [2, 3, 2, 2]);

        // One corner stands out from its two neighbours, by 1 in the first image and by 2 in the second.
        Assert.Equal([2f, 4f], TotalVariation.Of(images).data<float>().ToArray());
    }

    [Theory]
    [InlineData(0, 128)]
    [InlineData(2, 148)]
    [InlineData(-2, 108)]
    [InlineData(12, 248)]
    [InlineData(50, 255)]
    [InlineData(-50, 0)]
    public void ADrawnPerturbationIsTenTimesAsStrongAroundMidGrey(int change, byte expected)
    {
        var before = new Picture(1, 1, [100, 100, 100]);
        var after = new Picture(1, 1, [(byte)(100 + change), 100, 100]);

        Assert.Equal([expected, 128, 128], new Perturbation(before, after, NetworkDescription.Rgb).Draw().Rgb.ToArray());
    }

    [Fact]
    public void PicturesOfTwoSizesAreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => new Perturbation(new Picture(1, 1, new byte[3]), new Picture(2, 1, new byte[6]), NetworkDescription.Rgb));
        Assert.Contains("1 x 1", error.Message, StringComparison.Ordinal);
    }

    private static Tensor Image(Picture picture) => tensor(picture.ToPlanes(), [1, 3, picture.Height, picture.Width]);
}
