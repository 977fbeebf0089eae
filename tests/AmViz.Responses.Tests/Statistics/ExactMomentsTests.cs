using CsCheck;

namespace AmViz.Responses.Tests.Statistics;

public sealed class ExactMomentsTests
{
    [Fact]
    public void WhatRoundingWouldLoseIsKept()
    {
        var moments = Of(1e30f, 1f, -1e30f, 3f);
        Assert.Equal(1, moments.Mean);
        Assert.Equal(0, Of(0.1f, 0.1f, 0.1f).Deviation);
        Assert.Equal(2, Of(3f, 7f).Deviation);
    }

    [Fact]
    public void NumbersOfAllSizesAreAdded()
    {
        Assert.Equal((double)float.Epsilon / 2, Of(float.Epsilon, 0f).Mean);
        Assert.Equal((double)float.MaxValue, Of(float.MaxValue, float.MaxValue).Mean);
        Assert.Equal(0, Of(float.MaxValue, -float.MaxValue).Mean);
    }

    [Fact]
    public void WithoutNumbersThereIsNeitherMeanNorDeviation()
    {
        Assert.Null(new ExactMoments().Mean);
        Assert.Null(new ExactMoments().Deviation);
        Assert.Equal(0, Of(0f).Deviation);
    }

    [Fact]
    public void OrderAndGroupingChangeNothing() => Gen.Float.Where(float.IsFinite).Array[1, 100].Sample(values =>
    {
        var (forwards, backwards, half) = (Of(values), Of([.. values.Reverse()]), Of(values[..(values.Length / 2)]));
        half.Merge(Of(values[(values.Length / 2)..]));
        Assert.Equal((forwards.Mean, forwards.Deviation), (backwards.Mean, backwards.Deviation));
        Assert.Equal((forwards.Mean, forwards.Deviation), (half.Mean, half.Deviation));
    }, iter: 300);

    private static ExactMoments Of(params float[] values)
    {
        var moments = new ExactMoments();
        moments.Add(values);
        return moments;
    }
}
