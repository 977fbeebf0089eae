using System.Globalization;
using CsCheck;

namespace AmViz.Sweeps.Tests;

public sealed class ChannelSetTests
{
    private static Gen<int[]> Channels => Gen.Int[0, 40].Array[1, 30];

    [Fact]
    public void TheTextOfASetReadsBackAsTheSameSet()
        => Channels.Sample(channels =>
        {
            var set = ChannelSet.Of(channels);
            Assert.Equal(set, ChannelSet.TryParse(set.ToString(), out var problem));
            Assert.Null(problem);
            Assert.Equal(set.GetHashCode(), ChannelSet.TryParse(set.ToString(), out _)!.GetHashCode());
        });

    [Fact]
    public void ASetHoldsItsChannelsOnceAndAscending()
        => Channels.Sample(channels =>
        {
            var expected = channels.Distinct().Order().ToArray();
            var set = ChannelSet.Of(channels);
            Assert.Equal(expected, set.Enumerate());
            Assert.Equal(expected, Enumerable.Range(0, set.Count).Select(set.At));
            Assert.Equal(expected, Enumerable.Range(0, 50).Where(set.Contains));
            Assert.All(Enumerable.Range(0, 50), channel => Assert.Equal(Array.IndexOf(expected, channel) is >= 0 and var position ? position : null, set.PositionOf(channel)));
            Assert.Equal((expected.Length, expected[^1]), (set.Count, set.Max));
            Assert.Throws<ArgumentOutOfRangeException>(() => set.At(set.Count));
        });

    [Fact]
    public void SetsAreEqualWhenTheirChannelsAre()
        => Gen.Select(Channels, Channels).Sample((a, b)
            => ChannelSet.Of(a).Equals(ChannelSet.Of(b)) == a.Distinct().Order().SequenceEqual(b.Distinct().Order()));

    [Fact]
    public void RangesInAnyOrderAndOverlapMerge()
        => Gen.Select(Gen.Int[0, 40], Gen.Int[0, 10]).Array[1, 12].Sample(ranges =>
        {
            var text = string.Join(" , ", ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Item1} - {range.Item1 + range.Item2}")));
            Assert.Equal(
                ChannelSet.Of(ranges.SelectMany(range => Enumerable.Range(range.Item1, range.Item2 + 1))),
                ChannelSet.TryParse(text, out _));
        });

    [Theory]
    [InlineData("3,1,2", "1-3")]
    [InlineData("0-3,4-7", "0-7")]
    [InlineData("5", "5")]
    [InlineData("0-2147483647,5", "0-2147483647")]
    [InlineData("7-7", "7")]
    public void TheTextIsTheShortestOne(string text, string expected)
        => Assert.Equal(expected, ChannelSet.TryParse(text, out _)?.ToString());

    [Theory]
    [InlineData("", "''")]
    [InlineData("1,,2", "''")]
    [InlineData("1-2-3", "'1-2-3'")]
    [InlineData("-1", "'-1'")]
    [InlineData("one", "'one'")]
    [InlineData("1.5", "'1.5'")]
    [InlineData("99999999999", "'99999999999'")]
    [InlineData("9-3", "Write 3-9")]
    public void WhatIsNoSetIsExplained(string text, string explanation)
    {
        Assert.Null(ChannelSet.TryParse(text, out var problem));
        Assert.Contains(explanation, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ASetWithoutChannelsCannotBe()
    {
        Assert.Throws<ArgumentException>(() => ChannelSet.Of());
        Assert.Throws<ArgumentOutOfRangeException>(() => ChannelSet.All(0));
        Assert.Equal("0", ChannelSet.All(1).ToString());
    }
}
