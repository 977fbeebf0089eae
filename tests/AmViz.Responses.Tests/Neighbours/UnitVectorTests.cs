namespace AmViz.Responses.Tests.Neighbours;

public sealed class UnitVectorTests
{
    [Fact]
    public void ADotProductIsTheCosine()
    {
        Assert.Equal(0.6, ExactSearch.Correlation(Unit([3, 4]), Unit([7, 0])), 1e-6);
        Assert.Equal(-1, ExactSearch.Correlation(Unit([3, 4]), Unit([-6, -8])), 1e-6);
        Assert.Equal(0, ExactSearch.Correlation(Unit([1, 0, 0]), Unit([0, 5, 2])));
    }

    [Fact]
    public void AFactorChangesNothingAndASummandDoes()
    {
        var weights = TestVectors.Responses(1, 27, seed: 3)[0];
        Assert.True(ExactSearch.Correlation(Unit(weights), Unit([.. weights.Select(weight => 0.01f * weight)])) >= ComparedPasses.DuplicateCorrelation);
        Assert.True(ExactSearch.Correlation(Unit(weights), Unit([.. weights.Select(weight => weight + 5)])) < ComparedPasses.DuplicateCorrelation);
    }

    [Fact]
    public void TinyAndHugeNumbersHaveADirectionToo()
    {
        Assert.Equal(Unit([3, 4]), Unit([3e-38f, 4e-38f]));
        Assert.Equal(Unit([3, 4]), Unit([3e37f, 4e37f]));
    }

    [Theory]
    [InlineData(0, 0, VectorProblem.Constant)]
    [InlineData(1, float.NaN, VectorProblem.NotFinite)]
    [InlineData(0, float.NegativeInfinity, VectorProblem.NotFinite)]
    [InlineData(0, 1e-20f, VectorProblem.None)]
    [InlineData(5, 5, VectorProblem.None)]
    public void WhatCannotBeComparedSaysWhy(float one, float other, VectorProblem expected)
    {
        var vector = UnitVector.Of([one, other], out var problem);
        Assert.Equal(expected, problem);
        Assert.Equal(expected == VectorProblem.None, vector is not null);
    }

    private static float[] Unit(float[] values) => UnitVector.Of(values, out _) ?? throw new InvalidOperationException("These numbers have no direction.");
}
