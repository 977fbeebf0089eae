namespace AmViz.Cluster.Abstractions.Tests;

public sealed class AttemptTokenTests
{
    [Fact]
    public void ATokenIsReadAsItIsWritten()
    {
        var token = new AttemptToken(1_764_000_000_123, 7);
        Assert.True(AttemptToken.TryParse(token.ToString(), out var read));
        Assert.Equal(token, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("given up")]
    [InlineData("found")]
    [InlineData("7")]
    [InlineData("7-")]
    [InlineData("-7")]
    [InlineData("1-2-3")]
    [InlineData("1-x")]
    [InlineData("99999999999999999999-1")]
    public void AnyOtherTextIsNoToken(string text) => Assert.False(AttemptToken.TryParse(text, out _));
}
