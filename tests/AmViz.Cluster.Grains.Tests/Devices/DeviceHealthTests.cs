using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

public sealed class DeviceHealthTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DeviceHealth _health;

    public DeviceHealthTests() => _health = new(new() { Clock = _clock });

    [Fact]
    public void ADeviceThatNeverDrewAnythingIsBrokenAfterEightCrashes()
    {
        Crash(7);
        Assert.Null(_health.Trouble);
        Crash(1);
        Assert.Contains("8 batches in a row failed. The last error: boom", _health.Trouble, StringComparison.Ordinal);
        Assert.True(_health.MustPause);
    }

    [Fact]
    public void ADeviceThatHasDrawnIsGivenMoreTime()
    {
        _health.Succeeded();
        Crash(63);
        Assert.Null(_health.Trouble);
        Crash(1);
        Assert.NotNull(_health.Trouble);
    }

    [Fact]
    public void ABrokenDeviceTriesAgainAfterLongerAndLongerPausesUpToAMinute()
    {
        Crash(8);
        var pauses = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            var seconds = 0;
            for (; _health.MustPause; seconds++)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
            }

            pauses.Add(seconds);
            Crash(1);
        }

        Assert.Equal([2, 4, 8, 16, 32, 60, 60, 60], pauses);
    }

    [Fact]
    public void ASuccessHeals()
    {
        Crash(8);
        _health.Succeeded();
        Assert.False(_health.MustPause);
        Assert.Null(_health.Trouble);
    }

    private void Crash(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _health.Crashed("boom");
        }
    }
}
