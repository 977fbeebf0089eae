using AmViz.Cli.Options;
using AmViz.Models;

namespace AmViz.Cli.Tests.Options;

public sealed class ClassNamesTests
{
    private static readonly string[] Labels =
        ["crane", "tabby, tabby cat", "Persian cat", "crane", "monarch, monarch butterfly, Danaus plexippus", "maillot", "maillot, tank suit", "catamaran", "black-footed ferret, Mustela nigripes"];

    private readonly List<string> _problems = [];

    [Theory]
    [InlineData("0", "0")]
    [InlineData("8", "8")]
    [InlineData("3,1,3", "3,1")]
    [InlineData("monarch", "4")]
    [InlineData("MONARCH Butterfly", "4")]
    [InlineData("monarch, monarch butterfly, Danaus plexippus", "4")]
    [InlineData("monarch,tabby", "4,1")]
    [InlineData("maillot", "5")]
    [InlineData("tank suit", "6")]
    [InlineData("ferret", "8")]
    [InlineData("footed", "8")]
    [InlineData("aran", "7")]
    [InlineData("persian", "2")]
    [InlineData("Danaus", "4")]
    public void AClassIsFoundByWhatPeopleCallIt(string words, string expected)
    {
        Assert.Equal(expected, string.Join(',', Resolve(words)));
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("crane", "'crane' may be 0 'crane', 3 'crane'. Name one of them by its index.")]
    [InlineData("cat", "'cat' may be 1 'tabby, tabby cat', 2 'Persian cat'. Name one of them by its index.")]
    [InlineData("9", "9 is out of range. 'net' has 9 classes, 0 to 8.")]
    [InlineData("-1", "-1 is out of range.")]
    [InlineData("monarhc", "'net' has no class 'monarhc'. Did you mean 'monarch'?")]
    [InlineData("xyzzy, tabby", "'net' has no class 'xyzzy'.")]
    [InlineData("(", "'net' has no class '('.")]
    [InlineData("", "Found no class.")]
    [InlineData(",", "Found no class.")]
    public void WhatIsNoClassOrSeveralIsExplained(string words, string expected)
    {
        Resolve(words);
        Assert.StartsWith($"--target: {expected}", Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public void ALongListIsCutShort()
    {
        var description = Describe([.. Enumerable.Range(0, 40).Select(index => $"kind {index} of cat")]);
        new ClassNames(description, "--target").Resolve(["cat"], _problems);
        Assert.EndsWith("11 'kind 11 of cat' and 28 more. Name one of them by its index.", Assert.Single(_problems), StringComparison.Ordinal);
    }

    private IReadOnlyList<int> Resolve(params string[] words) => new ClassNames(Describe(Labels), "--target").Resolve(words, _problems);

    private static NetworkDescription Describe(string[] labels) => new(
        "net", "none", "c0ffee", 32, labels, new WeightsProvenance(Source: null, License: null, "none", new Dictionary<string, string>(StringComparer.Ordinal)), []);
}
