using AmViz.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Priors;

[Collection(TorchTests.Name)]
public sealed class LayerDistanceTests
{
    [Fact]
    public void MomentsAreTheFormulaOfTheirDocumentation()
    {
        using var scope = NewDisposeScope();
        // Means 1 and 4, variances 1 and 4; the third channel is off in natural pictures and counts for nothing.
        var distance = new MomentsDistance(new(tensor([1f, 4, 0]), tensor([1f, 4, 0])));
        var values = tensor([3f, 5, 4, 4, 100, -100], [1, 3, 2]);                        // means 4 and 4, variances 1 and 0

        var told = distance.Of(values).item<float>();

        Assert.Equal(Math.Sqrt((9 + 0) / 2.0) + Math.Sqrt((0 + 1) / 2.0), told, 1e-5);
    }

    [Fact]
    public void EachPictureIsHeldToItByItself()
    {
        using var scope = NewDisposeScope();
        var distance = new MomentsDistance(new(zeros(4), ones(4)));
        var pictures = rand(3, 4, 25);

        var together = distance.Of(pictures).data<float>().ToArray();

        Assert.Equal(together, Enumerable.Range(0, 3).Select(n => distance.Of(pictures.narrow(0, n, 1)).item<float>()), new Within(1e-6f));
    }

    [Fact]
    public void NothingIsWrongWithValuesThatAreThoseOfThePhotographInAnyOrder()
    {
        using var scope = NewDisposeScope();
        var photograph = rand(1, 1, 5, 36);
        var distance = new SortedDistance(photograph);

        Assert.Equal(0, distance.Of(photograph[0].index_select(2, randperm(36, ScalarType.Int64))).item<float>(), 1e-9f);
        Assert.True(distance.Of(rand(1, 5, 36)).item<float>() > 0.01);
    }

    [Fact]
    public void SortedValuesAreHeldToTheMeanOfThoseOfThePhotographsInDeviationsOfTheChannel()
    {
        using var scope = NewDisposeScope();
        // One channel of 1, 3 and of 5, 7: sorted means 3, 5, variance 5. The least variance adds a thousandth of it.
        var distance = new SortedDistance(tensor([3f, 1, 5, 7], [1, 2, 1, 2]));

        var told = distance.Of(tensor([6f, 4], [1, 1, 2])).item<float>();

        Assert.Equal(((4 - 3) * (4 - 3) + (6 - 5) * (6 - 5)) / 2.0 / 5.005, told, 1e-5);
    }

    [Fact]
    public void MorePositionsThanThePhotographHasAreComparedByTheirQuantiles()
    {
        using var scope = NewDisposeScope();
        var distance = new SortedDistance(linspace(0, 1, 11).view(1, 1, 1, 11));

        Assert.Equal(0, distance.Of(linspace(0, 1, 101).view(1, 1, 101)).item<float>(), 1e-6f);
    }

    private sealed class Within(float tolerance) : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(float obj) => 0;
    }
}
