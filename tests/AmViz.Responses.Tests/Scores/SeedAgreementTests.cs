namespace AmViz.Responses.Tests.Scores;

public sealed class SeedAgreementTests
{
    private const int Channels = 12;
    private const int Features = 3;

    // Channel C looks for feature C modulo 3.
    private static readonly LayerProfiles Layer = new(MadeUp(new Random(1)));

    [Fact]
    public void PicturesOfOneChannelThatShowTheSameAgreeAndThoseThatDoNotDisagree()
    {
        var agreements = SeedAgreement.Of(Layer, [(0, Showing(0)), (0, Showing(0)), (1, Showing(1)), (1, Showing(2))]);
        Assert.Equal(1, agreements[0]!.Likeness, 1e-6);
        Assert.Equal(Layer.Likeness(Layer.Of(Showing(1)), Layer.Of(Showing(2)), leftOut: 1), agreements[2]!.Likeness, 1e-9);
        Assert.True(agreements[2]!.Likeness < 0);
        Assert.Equal((Like(0, 1) + Like(0, 2)) / 2, agreements[0]!.LikenessOfOthers!.Value, 1e-9);

        static double Like(int one, int other) => Layer.Likeness(Layer.Of(Showing(one)), Layer.Of(Showing(other)), leftOut: 0);
    }

    [Fact]
    public void TheMeanIsOverAllOtherSeedsOfTheChannel()
    {
        var agreements = SeedAgreement.Of(Layer, [(0, Showing(0)), (0, Showing(0)), (0, Showing(1))]);
        var unlike = Layer.Likeness(Layer.Of(Showing(0)), Layer.Of(Showing(1)), leftOut: 0);
        Assert.Equal((1 + unlike) / 2, agreements[0]!.Likeness, 1e-6);
        Assert.Null(agreements[0]!.LikenessOfOthers);
    }

    [Fact]
    public void OfASingleSeedAndOfResponsesThatAreNoNumbersNothingIsSaid()
    {
        var torn = Showing(0);
        torn[5] = float.PositiveInfinity;
        var agreements = SeedAgreement.Of(Layer, [(0, Showing(0)), (0, torn), (1, Showing(1))]);
        Assert.All(agreements, Assert.Null);
    }

    private static float[] Showing(int feature) => [.. Enumerable.Range(0, Channels).Select(channel => channel % Features == feature ? 3f : 0)];

    private static LayerSample MadeUp(Random random) => new(
        [.. Enumerable.Range(0, 60).Select(at => ContentDigest.Of(BitConverter.GetBytes(at)))],
        [.. Enumerable.Range(0, Channels).Select(channel => Enumerable.Range(0, 60).Select(at => (at % Features == channel % Features ? 1f : 0) + (0.01f * (float)random.NextDouble())).ToArray())]);
}
