namespace AmViz.Responses.Tests.Scores;

public sealed class LayerProfilesTests
{
    [Fact]
    public void AProfileIsInDeviationsFromTheMeanOverPhotographs()
    {
        var profiles = new LayerProfiles(Sample([1, 2, 3], [10, 10, 40], [7, 7, 7]));
        Assert.Equal(3, profiles.Count);
        Assert.True(profiles.IsConstant(2));
        var profile = profiles.Of([2, 40, 100]);
        Assert.Equal([0, Math.Sqrt(2), 0], profile.Select(value => (double)value), (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void PhotographsWithAResponseThatIsNoNumberAreLeftOut()
    {
        var profiles = new LayerProfiles(Sample([1, 2, float.NaN, 3], [1, 5, 9, 3]));
        Assert.Equal(3, profiles.Count);
        Assert.Equal(([2, 1], [0, 1]), (profiles.Extremes(0, 2).Strongest, profiles.Extremes(0, 2).Weakest), (one, other) => one.Item1.SequenceEqual(other.Item1) && one.Item2.SequenceEqual(other.Item2));
    }

    [Fact]
    public void LikenessIsPearsonsCorrelationOverTheOtherChannels()
    {
        var random = new Random(3);
        float[][] channels = [.. Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 40).Select(_ => (float)random.NextDouble()).ToArray())];
        var profiles = new LayerProfiles(Sample(channels));
        var picture = profiles.Of([.. Enumerable.Range(0, 12).Select(_ => (float)random.NextDouble())]);
        for (var photograph = 0; photograph < 5; photograph++)
        {
            var other = profiles.Of([.. channels.Select(channel => channel[photograph])]);
            var expected = Pearson([.. picture.Skip(1)], [.. other.Skip(1)]);
            Assert.Equal(expected, profiles.Likeness(picture, photograph, leftOut: 0), 1e-6);
            Assert.Equal(1, profiles.Likeness(other, photograph, leftOut: 0), 1e-6);
        }
    }

    private static LayerSample Sample(params float[][] channels) => new([.. Enumerable.Range(0, channels[0].Length).Select(at => ContentDigest.Of(BitConverter.GetBytes(at)))], channels);

    private static double Pearson(float[] one, float[] other)
    {
        var (mean, otherMean) = (one.Average(value => (double)value), other.Average(value => (double)value));
        return one.Zip(other, (here, there) => (here - mean) * (there - otherMean)).Sum()
            / Math.Sqrt(one.Sum(here => (here - mean) * (here - mean)) * other.Sum(there => (there - otherMean) * (there - otherMean)));
    }
}
