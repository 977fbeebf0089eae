using CsCheck;

namespace AmViz.Storage.Tests;

public sealed class BlobPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("results/texturenet@0123456789ab/conv_pw_5/0123456789ab/12-s0.png")]
    [InlineData("a..b/c-d_e f/100%25")]
    public void PathsThatMeanTheSameEverywhereAreTaken(string text)
    {
        Assert.True(BlobPath.TryParse(text, out var path));
        Assert.Equal(text, path.Value);
        Assert.Equal(new BlobPath(text), path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("../a")]
    [InlineData(".tmp/x")]
    [InlineData("a/.hidden")]
    [InlineData("a./b")]
    [InlineData("a /b")]
    [InlineData("a\\b")]
    [InlineData("C:/a")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("caf\u00e9")]
    [InlineData("a?b")]
    public void WhatCouldLeaveTheStoreOrMeanAnotherFileIsRefused(string text)
    {
        Assert.False(BlobPath.TryParse(text, out _));
        Assert.Throws<FormatException>(() => new BlobPath(text));
    }

    [Fact]
    public void LengthsAreBounded()
    {
        Assert.True(BlobPath.TryParse(new string('a', BlobPath.MaxSegmentLength), out _));
        Assert.False(BlobPath.TryParse(new string('a', BlobPath.MaxSegmentLength + 1), out _));
        var longest = string.Join('/', Enumerable.Repeat(new string('a', 127), 8));
        Assert.Equal(1023, longest.Length);
        Assert.True(BlobPath.TryParse(longest + "a", out _));
        Assert.False(BlobPath.TryParse(longest + "ab", out _));
    }

    [Fact]
    public void NoAcceptedPathLeavesTheFolderItIsPutIn()
        => Gen.Char["./\\a~ \0:-"].Array[1, 12].Select(characters => new string(characters)).Sample(text =>
        {
            const string root = "/store/root";
            return !BlobPath.TryParse(text, out var path)
                || Path.GetFullPath(Path.Combine(root, path.Value)) == $"{root}/{text}";
        });

    [Fact]
    public void TheDefaultValueNamesNothing()
    {
        Assert.Throws<InvalidOperationException>(() => default(BlobPath).Value);
        Assert.Equal("", default(BlobPath).ToString());
    }
}
