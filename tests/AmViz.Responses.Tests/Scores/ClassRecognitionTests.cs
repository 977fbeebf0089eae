namespace AmViz.Responses.Tests.Scores;

public sealed class ClassRecognitionTests
{
    // Probabilities of four classes.
    private static readonly float[] Odds = [.. new[] { 0.5, 0.3, 0.15, 0.05 }.Select(p => (float)Math.Log(p / (1 - p)))];

    [Fact]
    public void AClassHasAPlaceAndAProbabilityAmongAllAndAmongThoseThatWereDrawn()
    {
        var seen = ClassRecognition.Of(Odds, 2, [2, 3]);
        Assert.Equal((3, 1), (seen.Place, seen.PlaceOfDrawn));
        Assert.Equal(0.15, seen.Probability, 1e-6);
        Assert.Equal(0.75, seen.ProbabilityOfDrawn, 1e-6);
    }

    [Fact]
    public void TheLikeliestClassHasTheFirstPlaceAndEqualOnesShareTheLast()
    {
        Assert.Equal((1, 1), (ClassRecognition.Of(Odds, 0, [0, 1]).Place, ClassRecognition.Of(Odds, 0, [0, 1]).PlaceOfDrawn));
        Assert.Equal(4, ClassRecognition.Of([-1, -1, -1, -1], 1, [1]).Place);
    }

    [Fact]
    public void WhatIsLessLikelyThanSinglePrecisionCanTellIsStillComparedAmongTheDrawn()
    {
        var seen = ClassRecognition.Of([50, -120, -121, -60], 1, [1, 2]);
        Assert.Equal(1 / (1 + Math.Exp(-1)), seen.ProbabilityOfDrawn, 1e-6);
    }
}
