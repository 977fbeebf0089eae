using AmViz.Sweeps;
using CsCheck;

namespace AmViz.Storage.Tests;

public sealed class ResultLayoutTests
{
    private static readonly ChannelTask Task = new("texturenet", new string('a', 8) + new string('b', 56), "conv_pw_5", 12, 3);

    [Fact]
    public void APictureLiesWhereTheDesignSays()
        => Assert.Equal("results/texturenet@aaaaaaaabbbb/conv_pw_5/0123456789ab/12-s3.png", ResultLayout.Picture(Task, "0123456789ab").Value);

    [Fact]
    public void ACheckpointLiesWhereItsPictureWill()
        => Assert.Equal("checkpoints/texturenet@aaaaaaaabbbb/conv_pw_5/0123456789ab/12-s3", ResultLayout.Checkpoint(Task, "0123456789ab").Value);

    [Fact]
    public void FilesOfASweepLieTogether()
    {
        var sweep = new SweepId("0123456789abcdef");
        Assert.Equal("sweeps/0123456789abcdef/sweep.json", ResultLayout.Plan(sweep).Value);
        Assert.Equal("sweeps/0123456789abcdef/manifest.json", ResultLayout.ManifestHeader(sweep).Value);
        Assert.Equal("sweeps/0123456789abcdef/manifest.parquet", ResultLayout.Manifest(sweep).Value);
        Assert.Equal("sweeps/0123456789abcdef/runlog.parquet", ResultLayout.RunLog(sweep).Value);
        Assert.Equal(
            "sweeps/0123456789abcdef/parts/net/conv_1/2/0000000000000000007-0000000011-cafe.jsonl",
            ResultLayout.Part(new(sweep, "net", "conv_1", 2), 7, 11, "cafe").Value);
    }

    [Fact]
    public void NamesOfPicturesReadBack()
        => Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue]).Sample((channel, seed) =>
            ResultLayout.TryParsePicture(ResultLayout.Picture(Task with { Channel = channel, Seed = seed }, "0").Name, out var c, out var s)
            && (c, s) == (channel, seed));

    [Theory]
    [InlineData("12-s3.jpg")]
    [InlineData("012-s3.png")]
    [InlineData("12-s+3.png")]
    [InlineData("12-s.png")]
    [InlineData("-s3.png")]
    [InlineData("-1-s3.png")]
    [InlineData("12.png")]
    [InlineData("12-s3 (copy).png")]
    [InlineData("99999999999-s3.png")]
    [InlineData("")]
    public void OtherNamesAreNotPictures(string name) => Assert.False(ResultLayout.TryParsePicture(name, out _, out _));

    [Fact]
    public void AnyNamesGiveAValidAddressOfTheSameDepthAndDifferentNamesDifferentOnes()
        => Gen.Select(Gen.String[1, 12], Gen.String[1, 12]).Where((a, b) => IsText(a) && IsText(b)).Sample((a, b) =>
        {
            var first = ResultLayout.Picture(Task with { Layer = a }, "0").Value;
            var second = ResultLayout.Picture(Task with { Layer = b }, "0").Value;
            return first.Count(c => c == '/') == 4 && (first == second) == (a == b);
        });

    // Half a surrogate pair is no text and cannot be encoded.
    private static bool IsText(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)) == text;
}
