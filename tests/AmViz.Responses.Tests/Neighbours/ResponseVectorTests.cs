namespace AmViz.Responses.Tests.Neighbours;

public sealed class ResponseVectorTests
{
    [Fact]
    public void ADotProductIsTheCorrelation()
    {
        var responses = TestVectors.Responses(channels: 8, photographs: 100, seed: 1);
        Assert.All(
            from one in responses from other in responses select (one, other),
            pair => Assert.Equal(TestVectors.Correlation(pair.one, pair.other), ExactSearch.Correlation(TestVectors.Vector(pair.one), TestVectors.Vector(pair.other)), 1e-6));
    }

    [Fact]
    public void AFactorAndASummandChangeNothing()
    {
        var responses = TestVectors.Responses(1, 60, seed: 2)[0];
        float[] scaled = [.. responses.Select(response => (7 * response) + 1000)];
        Assert.True(ExactSearch.Correlation(TestVectors.Vector(responses), TestVectors.Vector(scaled)) >= ComparedPasses.DuplicateCorrelation);
        Assert.Equal(-1, ExactSearch.Correlation(TestVectors.Vector(responses), TestVectors.Vector([.. responses.Select(response => -response)])), 1e-6);
    }

    [Theory]
    [InlineData(0, 0, VectorProblem.Constant)]
    [InlineData(1000, 1000.0001f, VectorProblem.Constant)]               // a rounding apart
    [InlineData(1, float.NaN, VectorProblem.NotFinite)]
    [InlineData(1, float.PositiveInfinity, VectorProblem.NotFinite)]
    [InlineData(0, 1e-20f, VectorProblem.None)]
    public void WhatCannotBeComparedSaysWhy(float one, float other, VectorProblem expected)
    {
        var vector = ResponseVector.Of([one, other, one, other], out var problem);
        Assert.Equal(expected, problem);
        Assert.Equal(expected == VectorProblem.None, vector is not null);
    }
}
