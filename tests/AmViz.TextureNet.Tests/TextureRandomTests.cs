using AmViz.Responses.Textures;
using CsCheck;

namespace AmViz.TextureNet.Tests;

public sealed class TextureRandomTests
{
    [Fact]
    public void NumbersStayWithinTheirRange() =>
        Gen.Select(Gen.Int, Gen.Int[0, 3], Gen.Long[0, long.MaxValue], Gen.Float[-100, 100], Gen.Float[0.001f, 100]).Sample((seed, split, index, min, width) =>
        {
            var random = new TextureRandom(seed, split, index);
            float drawn = random.Between(min, min + width);
            int whole = random.Whole(-2, 5);
            return drawn >= min && drawn <= min + width && whole is >= -2 and <= 5;
        });

    [Fact]
    public void NormalNumbersHaveMeanZeroAndDeviationOne()
    {
        var random = new TextureRandom(1, 0, 0);
        double[] drawn = [.. Enumerable.Range(0, 20_000).Select(_ => (double)random.Normal())];
        Assert.InRange(drawn.Average(), -0.03, 0.03);
        Assert.InRange(drawn.Average(value => value * value), 0.96, 1.04);
    }

    [Fact]
    public void NeighbouringStreamsAreUnrelated()
    {
        double[] first = [.. Enumerable.Range(0, 20_000).Select(index => (double)new TextureRandom(1, 0, index).Between(-1, 1))];
        double[] next = [.. Enumerable.Range(1, 20_000).Select(index => (double)new TextureRandom(1, 0, index).Between(-1, 1))];
        double correlation = first.Zip(next, (a, b) => a * b).Average() * 3; // variance of a uniform number on [-1, 1] is 1/3
        Assert.InRange(correlation, -0.03, 0.03);
    }
}
