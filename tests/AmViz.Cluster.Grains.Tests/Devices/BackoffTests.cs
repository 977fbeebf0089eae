namespace AmViz.Cluster.Grains.Tests;

public sealed class BackoffTests
{
    private readonly DeviceAgentOptions _options = new() { ShortestPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(10), Jitter = () => 0.5 };

    [Fact]
    public void PausesDoubleUpToTheLongestAndBeginAnewAfterASuccess()
    {
        var backoff = new Backoff(_options);
        Assert.Equal([1, 2, 4, 8, 10, 10], Seconds(backoff, 6));
        backoff.Reset();
        Assert.Equal([1, 2], Seconds(backoff, 2));
    }

    [Fact]
    public void ALimitOfItsOwnReplacesTheLongestPause()
    {
        var backoff = new Backoff(_options);
        Assert.Equal([1, 2, 3, 3], Enumerable.Range(0, 4).Select(_ => backoff.Next(TimeSpan.FromSeconds(3)).TotalSeconds));
    }

    [Fact]
    public void JitterSpreadsAPauseFromHalfOfItToHalfAsMuchAgain()
    {
        _options.Jitter = new DeviceAgentOptions().Jitter;
        var pauses = Enumerable.Range(0, 1000).Select(_ => new Backoff(_options).Next().TotalSeconds).ToArray();
        Assert.All(pauses, pause => Assert.InRange(pause, 0.5, 1.5));
        // Of a thousand draws, that none falls into the outer tenth on one side has a probability below 1e-45.
        Assert.Contains(pauses, pause => pause < 0.6);
        Assert.Contains(pauses, pause => pause > 1.4);
    }

    private static IEnumerable<double> Seconds(Backoff backoff, int count) => [.. Enumerable.Range(0, count).Select(_ => backoff.Next().TotalSeconds)];
}
