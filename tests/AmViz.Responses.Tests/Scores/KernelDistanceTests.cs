namespace AmViz.Responses.Tests.Scores;

public sealed class KernelDistanceTests
{
    [Fact]
    public void TheFormulaIsThatOfThePaper()
    {
        // Kernels ((x y / 1) + 1)^3 of the numbers 1, 2 and 0, 3: within 27 and 1, across 1, 64, 1 and 343.
        Assert.Equal(27 + 1 - (2 * (1 + 64 + 1 + 343) / 4.0), KernelDistance.Between([View(1), View(2)], [View(0), View(3)])!.Value, 1e-9);
    }

    [Fact]
    public void TwoSetsOfOneKindAreExpectedToBeAtDistanceNothingHoweverFewTheyAre()
    {
        var random = new Random(5);
        double[] distances = [.. Enumerable.Range(0, 2000).Select(_ => KernelDistance.Between(Set(random, 4, 0), Set(random, 6, 0))!.Value)];
        var deviation = Math.Sqrt(distances.Average(distance => distance * distance) / distances.Length);
        Assert.InRange(distances.Average(), -4 * deviation, 4 * deviation);
        Assert.Contains(distances, distance => distance < 0);
    }

    [Fact]
    public void TheFartherApartTwoSetsLieTheLargerItIs()
    {
        double At(double shift)
        {
            var random = new Random(6);
            return Enumerable.Range(0, 200).Average(_ => KernelDistance.Between(Set(random, 8, shift), Set(random, 8, 0))!.Value);
        }

        Assert.True(At(0) < At(0.5) && At(0.5) < At(1), $"{At(0)} {At(0.5)} {At(1)}");
    }

    [Fact]
    public void OfFewerThanTwoNothingIsSaid()
    {
        Assert.Null(KernelDistance.Between([View(1)], [View(1), View(2)]));
        Assert.Null(KernelDistance.Between([View(1), View(2)], []));
    }

    [Fact]
    public void OfManyPicturesEvenlySpreadOnesStandForAll()
    {
        PictureView[] many = [.. Enumerable.Range(0, 2 * KernelDistance.MostPictures).Select(at => View(at % 2))];
        PictureView[] some = [.. Enumerable.Repeat(View(0), KernelDistance.MostPictures)];
        Assert.Equal(KernelDistance.Between(some, [View(1), View(2)])!.Value, KernelDistance.Between(many, [View(1), View(2)])!.Value, 1e-9);
        Assert.Equal([0, 2, 4], EvenSpread.Of([0, 1, 2, 3, 4, 5], 3));
        Assert.Equal([0, 1], EvenSpread.Of([0, 1], 3));
    }

    private static PictureView[] Set(Random random, int count, double shift)
        => [.. Enumerable.Range(0, count).Select(_ => View([.. Enumerable.Range(0, 3).Select(_ => (float)(shift + random.NextDouble() - 0.5))]))];

    private static PictureView View(params float[] representation) => new(representation, []);
}
