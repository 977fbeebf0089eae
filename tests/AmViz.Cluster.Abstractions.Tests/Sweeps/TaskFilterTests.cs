using AmViz.Sweeps;

namespace AmViz.Cluster.Abstractions.Tests;

public sealed class TaskFilterTests
{
    [Theory]
    [InlineData(null, null, true)]
    [InlineData("fakenet", "conv_1", true)]
    [InlineData("fakenet", "conv_[0-3]", true)]
    [InlineData(null, "conv_*", true)]
    [InlineData("othernet", "conv_1", false)]
    [InlineData(null, "conv", false)]
    [InlineData(null, "CONV_1", false)]
    public void ALayerIsCoveredByItsNameOrAPattern(string? model, string? layer, bool isCovered)
        => Assert.Equal(isCovered, new TaskFilter { Model = model, Layer = layer }.Covers("fakenet", "conv_1"));

    [Fact]
    public void ALayerWhoseNameLooksLikeAPatternIsCoveredByItsName()
        => Assert.True(new TaskFilter { Layer = "block[0]" }.Covers("fakenet", "block[0]"));

    [Theory]
    [InlineData(ChannelOutcome.Failed, null, null, true)]
    [InlineData(ChannelOutcome.Failed, "CUDA: Out Of Memory", "out of memory", true)]
    [InlineData(ChannelOutcome.Failed, "bad weights", "out of memory", false)]
    [InlineData(ChannelOutcome.Failed, null, "out of memory", false)]
    [InlineData(ChannelOutcome.Dead, "out of memory", "out of memory", false)]
    [InlineData(ChannelOutcome.Rendered, null, null, false)]
    public void ATaskMatchesByItsOutcomeAndAPartOfItsError(ChannelOutcome outcome, string? error, string? part, bool isMatch)
        => Assert.Equal(isMatch, new TaskFilter { Error = part }.Matches(outcome, error));
}
