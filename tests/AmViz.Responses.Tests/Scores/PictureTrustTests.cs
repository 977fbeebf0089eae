namespace AmViz.Responses.Tests.Scores;

public sealed class PictureTrustTests
{
    private const int Photographs = 300;
    private const int Features = 15;
    private const int Channels = 60;
    private const int Liar = 7;

    // Photograph N shows feature N modulo 15; channel C looks for feature C modulo 15, each with noise of its own.
    private static readonly LayerProfiles Layer = new(MadeUp(new Random(1)));

    [Fact]
    public void APictureOfWhatThePhotographsShowIsTrusted()
    {
        for (var channel = 0; channel < Channels; channel++)
        {
            Assert.InRange(TrustIn(channel, Showing(channel % Features, channel)), PictureTrust.Threshold, 1);
        }
    }

    [Fact]
    public void ALiarIsFoundThoughItsPictureExcitesItsChannelMoreThanAnyPhotograph()
    {
        for (var shown = 0; shown < Features; shown++)
        {
            if (shown != Liar % Features)
            {
                var trust = TrustIn(Liar, Showing(shown, Liar));
                Assert.True(trust < PictureTrust.Threshold, $"feature {shown}: trust {trust}");
            }
        }
    }

    [Fact]
    public void TrustIsTheShareOfPhotographsThatAreLessLikeTheStrongestThanThePictureIs()
    {
        var (strongest, weakest) = Layer.Extremes(Liar, PictureJudge.Photographs);
        double Lead(float[] profile) => strongest.Average(photograph => Layer.Likeness(profile, photograph, Liar)) - weakest.Average(photograph => Layer.Likeness(profile, photograph, Liar));
        var picture = Showing(3, Liar);
        var others = Enumerable.Range(0, Layer.Count).Except(strongest).Select(photograph => Lead(Layer.OfPhotograph(photograph))).ToList();
        Assert.Equal(others.Average(lead => lead < Lead(Layer.Of(picture)) ? 1.0 : 0), TrustIn(Liar, picture), 1e-9);
    }

    [Fact]
    public void TheVerdictFollowsFromTrustAndAConstantChannelHasAWordOfItsOwn()
    {
        Assert.Equal((PictureTrust.Trusted, 0.95), (Row(0.95).Verdict, Row(0.95).Trust));
        Assert.Equal((PictureTrust.Distrusted, 0.94), (Row(0.94).Verdict, Row(0.94).Trust));
        Assert.Equal((PictureTrust.Constant, 0), (Row(trust: null, constant: true).Verdict, Row(trust: null, constant: true).Trust));
        Assert.Null(Row(trust: null).Verdict);
    }

    private static ScoreRow Row(double? trust, bool constant = false)
        => new(0, 0, "p", "s", 0, 0, 0, trust is { } share ? new(0, 1, 0, 0, 0, share) : null, MisLikeOfOthers: null, constant);

    private static double TrustIn(int channel, float[] responses) => PictureJudge.Of(Layer, channel)!.Judge(responses)!.Trust;

    private static float[] Showing(int feature, int excited) => [.. Enumerable.Range(0, Channels).Select(channel => channel == excited ? 10 : channel % Features == feature ? 3f : 0)];

    private static LayerSample MadeUp(Random random) => new(
        [.. Enumerable.Range(0, Photographs).Select(at => ContentDigest.Of(BitConverter.GetBytes(at)))],
        [.. Enumerable.Range(0, Channels).Select(channel => Enumerable.Range(0, Photographs).Select(at => (at % Features == channel % Features ? 1f : 0) + (0.2f * (float)random.NextDouble())).ToArray())]);
}
