namespace AmViz.Responses.Tests.Scores;

public sealed class SecondOpinionTests
{
    private static readonly PictureView Picture = View(1, 0);

    [Fact]
    public void LikenessIsTheCosineOfTheAngle()
    {
        Assert.Equal(Math.Sqrt(0.5), Picture.Likeness(View(3, 3)), 1e-9);
        Assert.Equal((1, -1, 0), (Picture.Likeness(View(5, 0)), Picture.Likeness(View(-2, 0)), Picture.Likeness(View(0, 0))));
    }

    [Fact]
    public void WhatAllPhotographsHaveInCommonIsTakenAway()
    {
        var common = CommonRepresentation.Of([View(9, 1), View(11, 3)]);
        Assert.Equal([0f, -2f], common.Without(View(10, 0)).Representation);
        Assert.Equal(-1, common.Without(View(10, 0)).Likeness(common.Without(View(10, 4))), 1e-9);
    }

    [Fact]
    public void APictureAgreesAsFarAsItIsMoreLikeTheStrongerPhotographOfAPair()
    {
        var opinion = SecondOpinion.Of(Picture, [View(1, 0), View(0, 1)], [View(1, 1), View(0, 2)], recognition: null);
        Assert.Equal(0.5, opinion.TopLikeness!.Value, 1e-9);
        Assert.Equal(Math.Sqrt(0.5) / 2, opinion.BottomLikeness!.Value, 1e-9);
        // The first strong one wins twice, the second loses to one and ties with the other.
        Assert.Equal((1 + 1 + 0 + 0.5) / 4, opinion.Agreement);
    }

    [Fact]
    public void WithoutPhotographsNothingIsSaidOfThem()
    {
        Assert.Equal(SecondOpinion.None, SecondOpinion.Of(Picture, [], [], recognition: null));
        Assert.Equal((1, null), (SecondOpinion.Of(Picture, [View(1, 0)], [], recognition: null).TopLikeness, SecondOpinion.Of(Picture, [View(1, 0)], [], recognition: null).Agreement));
    }

    private static PictureView View(params float[] representation) => new(representation, []);
}
