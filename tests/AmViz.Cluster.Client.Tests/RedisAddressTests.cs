namespace AmViz.Cluster.Client.Tests;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://localhost", "redis://localhost:6379", "localhost", 6379)]
    [InlineData("redis://10.0.0.7:7000/3", "redis://10.0.0.7:7000/3", "10.0.0.7", 7000)]
    [InlineData("rediss://cache.example:6380", "rediss://cache.example:6380", "cache.example", 6380)]
    public void AnAddressIsReadAsPeopleWriteIt(string text, string shown, string host, int port)
    {
        Assert.True(RedisAddress.TryParse(text, out var address, out _));

        Assert.Equal((shown, host, port), (address.ToString(), address.Host, address.Port));
    }

    [Fact]
    public void UserPasswordDatabaseAndTlsReachTheConnectionAndThePasswordIsNeverShown()
    {
        Assert.True(RedisAddress.TryParse("rediss://reader:p%40ss%2Fword@cache.example/2", out var address, out _));

        var configuration = address.ToConfiguration();
        Assert.Equal(("reader", "p@ss/word", true, 2), (configuration.User, configuration.Password, configuration.Ssl, configuration.DefaultDatabase));
        Assert.DoesNotContain("word", address.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:6379", "is not the address of a Redis")]
    [InlineData("http://localhost", "is not the address of a Redis")]
    [InlineData("redis://", "is not the address of a Redis")]
    [InlineData("redis://localhost/first", "is not a database of Redis")]
    public void WhatIsNoAddressIsRefusedWithWhatWasExpected(string text, string expected)
    {
        Assert.False(RedisAddress.TryParse(text, out _, out var problem));

        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Contains("redis://", problem, StringComparison.Ordinal);
    }
}
