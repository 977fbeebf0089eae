namespace AmViz.Responses.Tests.Scores;

public sealed class PictureJudgeTests
{
    private const int Photographs = 200;
    private const int Features = 5;

    // Photograph N shows feature N modulo 5; channel C looks for feature C modulo 5, each with noise of its own.
    private static readonly LayerSample Layer = MadeUp(channels: 30, new Random(1));

    [Fact]
    public void APictureOfTheFeatureTellsTheStrongerPhotographAndOneOfAnotherFeatureDoesNot()
    {
        var judge = PictureJudge.Of(new(Layer), 7)!;
        var right = judge.Judge(Showing(feature: 7 % Features, strength: 3))!;
        Assert.InRange(right.MisLike, 0.99, 1);
        Assert.True(right.TopLikeness > 0.8 && right.BottomLikeness < 0, $"{right}");
        Assert.InRange(right.Deviations, 3, 20);

        var wrong = judge.Judge(Showing(feature: 3, strength: 3))!;
        Assert.InRange(wrong.MisLike, 0, 0.6);
        Assert.True(wrong.Place > 6, $"{wrong}");
    }

    [Fact]
    public void ShuffledPicturesAnswerByChance()
    {
        var profiles = new LayerProfiles(Layer);
        var shuffled = from channel in Enumerable.Range(0, 30)
                       let judge = PictureJudge.Of(profiles, channel)
                       let random = new Random(channel)
                       from other in Enumerable.Range(0, 20)
                       select judge.Judge([.. Enumerable.Range(0, 30).Select(_ => (float)random.NextDouble())])!.MisLike;
        Assert.InRange(shuffled.Average(), 0.47, 0.53);
    }

    [Fact]
    public void TheOwnChannelDoesNotVouchForItself()
    {
        var judge = PictureJudge.Of(new(Layer), 7)!;
        var (one, other) = (Showing(feature: 3, strength: 3), Showing(feature: 3, strength: 3));
        other[7] = 1000;
        Assert.Equal(judge.Judge(one)!.MisLike, judge.Judge(other)!.MisLike);
        Assert.Equal(1, judge.Judge(other)!.Place);
    }

    [Fact]
    public void OfAConstantChannelOfFewPhotographsAndOfWhatIsNoNumberNothingIsSaid()
    {
        LayerSample constant = new(Layer.Photographs, [.. Layer.Channels.Select((channel, i) => i == 7 ? new float[Photographs] : channel)]);
        Assert.Null(PictureJudge.Of(new(constant), 7));
        Assert.NotNull(PictureJudge.Of(new(constant), 8));
        LayerSample few = new([.. Layer.Photographs.Take(PictureJudge.FewestPhotographs - 1)], [.. Layer.Channels.Select(channel => channel[..(PictureJudge.FewestPhotographs - 1)])]);
        Assert.Null(PictureJudge.Of(new(few), 7));
        var torn = Showing(feature: 2, strength: 3);
        torn[0] = float.NaN;
        Assert.Null(PictureJudge.Of(new(Layer), 7)!.Judge(torn));
    }

    private static float[] Showing(int feature, float strength) => [.. Enumerable.Range(0, 30).Select(channel => channel % Features == feature ? strength : 0)];

    private static LayerSample MadeUp(int channels, Random random) => new(
        [.. Enumerable.Range(0, Photographs).Select(at => ContentDigest.Of(BitConverter.GetBytes(at)))],
        [.. Enumerable.Range(0, channels).Select(channel => Enumerable.Range(0, Photographs).Select(at => (at % Features == channel % Features ? 1f : 0) + (0.2f * (float)random.NextDouble())).ToArray())]);
}
