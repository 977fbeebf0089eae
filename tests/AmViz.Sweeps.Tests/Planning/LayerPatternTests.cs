using CsCheck;

namespace AmViz.Sweeps.Tests;

public sealed class LayerPatternTests
{
    /// <summary>Few characters, so that patterns and names often meet; every one that means something in a pattern or in a regular expression is among them.</summary>
    private static readonly Gen<string> Texts = Gen.Char["ab1_.*?[]!-^\\($\n"].Array[0, 7].Select(characters => new string(characters));

    [Theory]
    [InlineData("conv_pw_*_bn", "conv_pw_1_bn conv_pw_13_bn conv_pw__bn", "conv_pw_1 conv_dw_1_bn xconv_pw_1_bn conv_pw_1_bnx Conv_pw_1_bn")]
    [InlineData("block_1[0-6]_out", "block_10_out block_16_out", "block_1_out block_17_out block_1-_out block_110_out")]
    [InlineData("conv_?", "conv_1 conv_.", "conv_ conv_12")]
    [InlineData("[!a-c]1", "d1 -1 !1", "a1 b1 c1 1")]
    [InlineData("x[]a]y", "x]y xay", "xby x[]a]y")]
    [InlineData("x[!]a]y", "xby x!y", "x]y xay")]
    [InlineData("x[a-]y", "xay x-y", "xby")]
    [InlineData("x[z-a]y", "", "xay xzy x-y xmy")]
    [InlineData("x[!z-a]y", "xay x-y", "xy")]
    [InlineData("blocks[0", "blocks[0", "blocks0 blocks[")]
    [InlineData("blocks[!", "blocks[!", "blocks!")]
    [InlineData("features.0.*", "features.0.conv features.0.", "features_0_conv")]
    [InlineData("a^$(b)|\\d+", "a^$(b)|\\d+", "ab a1")]
    [InlineData("*", "a a.b", "")]
    [InlineData("**a**", "a bab", "b")]
    public void ExamplesOfTheShell(string pattern, string matching, string others)
    {
        var read = new LayerPattern(pattern);
        Assert.All(matching.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => Assert.True(read.IsMatch(name), name));
        Assert.All(others.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => Assert.False(read.IsMatch(name), name));
    }

    [Fact]
    public void AgreesWithTheDefinitionOnWhateverIsTyped()
    {
        var matches = 0;
        Gen.Select(Texts, Texts).Sample(
            pair =>
            {
                var expected = Matches(pair.Item1, pair.Item2);
                Interlocked.Add(ref matches, expected ? 1 : 0);
                Assert.Equal(expected, new LayerPattern(pair.Item1).IsMatch(pair.Item2));
            },
            iter: 20_000);
        Assert.InRange(matches, 500, 19_500);
    }

    [Fact]
    public void EveryNameMatchesItselfWithAnyPartMadeAStar()
        => Gen.Select(Gen.Char["ab1_."].Array[1, 12], Gen.Int[0, 12], Gen.Int[0, 12]).Sample((characters, a, b) =>
        {
            var name = new string(characters);
            var (from, to) = (Math.Min(Math.Min(a, b), name.Length), Math.Min(Math.Max(a, b), name.Length));
            Assert.True(new LayerPattern(name).IsMatch(name));
            Assert.True(new LayerPattern(name[..from] + "*" + name[to..]).IsMatch(name));
            Assert.True(new LayerPattern(string.Concat(Enumerable.Repeat("?", name.Length))).IsMatch(name));
        });

    [Fact]
    public void ManyStarsTakeNoLongerThanTheyMust()
        => Assert.False(new LayerPattern(string.Concat(Enumerable.Repeat("*a", 100)) + "b").IsMatch(new string('a', 10_000)));

    [Fact]
    public void APatternOfEndlessLengthIsNone()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new LayerPattern(new string('*', LayerPattern.LongestText + 1)));

    /// <summary>The definition, by recursion.</summary>
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (pattern.IsEmpty)
        {
            return name.IsEmpty;
        }

        if (pattern[0] == '*')
        {
            return Matches(pattern[1..], name) || (!name.IsEmpty && Matches(pattern, name[1..]));
        }

        if (name.IsEmpty)
        {
            return false;
        }

        var (negated, close) = Bracket(pattern);
        return close < 0
            ? (pattern[0] == '?' || pattern[0] == name[0]) && Matches(pattern[1..], name[1..])
            : IsMember(pattern[(negated ? 2 : 1)..close], name[0]) != negated && Matches(pattern[(close + 1)..], name[1..]);
    }

    private static (bool Negated, int Close) Bracket(ReadOnlySpan<char> pattern)
    {
        if (pattern[0] != '[')
        {
            return (false, -1);
        }

        var negated = pattern.Length > 1 && pattern[1] == '!';
        var first = negated ? 2 : 1;
        for (var at = first + 1; at < pattern.Length; at++)
        {
            if (pattern[at] == ']')
            {
                return (negated, at);
            }
        }

        return (false, -1);
    }

    private static bool IsMember(ReadOnlySpan<char> members, char character)
    {
        while (!members.IsEmpty)
        {
            var isRange = members.Length > 2 && members[1] == '-';
            if (isRange ? members[0] <= character && character <= members[2] : members[0] == character)
            {
                return true;
            }

            members = members[(isRange ? 3 : 1)..];
        }

        return false;
    }
}
