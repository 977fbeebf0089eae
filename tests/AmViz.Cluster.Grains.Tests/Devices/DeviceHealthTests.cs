using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

public sealed class DeviceHealthTests
{
    private static readonly ShardId Shard = SampleSweeps.Small.Shards().First().Id;

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
        _health.Succeeded(Shard);
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
        _health.Succeeded(Shard);
        Assert.False(_health.MustPause);
        Assert.Null(_health.Trouble);
    }

    [Fact]
    public void NothingThatCrashesOnABrokenDeviceIsBlamed()
    {
        Assert.All(Enumerable.Range(0, 8), _ => Assert.True(_health.Crashed("boom")));
        Assert.False(_health.Crashed("boom"));
        _health.Succeeded(Shard);
        Assert.True(_health.Crashed("boom"));
    }

    [Theory]
    [InlineData(DeviceFaultScope.Device, true, true, true)]
    [InlineData(DeviceFaultScope.Network, true, true, false)]
    [InlineData(DeviceFaultScope.Layer, true, false, false)]
    public void ADeviceRestsFromWhatItCannotDrawAndFromNothingElse(DeviceFaultScope scope, bool thisLayer, bool otherLayer, bool otherNetwork)
    {
        _health.Faulted(FaultArea.Of(scope, Shard), "lost");
        Assert.Equal(
            (thisLayer, otherLayer, otherNetwork),
            (_health.MustRestFrom(Shard), _health.MustRestFrom(Shard with { Layer = "another" }), _health.MustRestFrom(Shard with { Model = "another" })));
        Assert.Equal(scope == DeviceFaultScope.Device, _health.MustPause);
        Assert.Equal(scope == DeviceFaultScope.Device ? 0 : 1, _health.Avoided.Count);
        Assert.Equal("lost", _health.Trouble);
        _health.Succeeded(Shard);
        Assert.False(_health.MustRestFrom(Shard));
        Assert.Null(_health.Trouble);
    }

    [Fact]
    public void RestsGrowUpToAMinuteAndAFaultThatIsMetDuringOneIsNoOtherFault()
    {
        var area = FaultArea.Of(DeviceFaultScope.Network, Shard);
        var rests = new List<double>();
        for (var i = 0; i < 13; i++)
        {
            rests.Add(_health.Faulted(area, "lost")!.Value.TotalSeconds);
            Assert.Null(_health.Faulted(area, "lost"));
            _clock.Advance(TimeSpan.FromSeconds(rests[^1]));
            Assert.False(_health.MustRestFrom(Shard));
        }

        Assert.Equal([0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60], rests);
    }

    [Fact]
    public void OneFaultMayPassFourInARowAreABrokenDevice()
    {
        var area = FaultArea.Of(DeviceFaultScope.Network, Shard);
        for (var i = 0; i < 4; i++)
        {
            Assert.False(_health.IsBroken(isIdle: true));
            _clock.Advance(_health.Faulted(area, "lost")!.Value);
        }

        Assert.True(_health.IsBroken(isIdle: true));
        // It draws other networks.
        Assert.False(_health.IsBroken(isIdle: false));
    }

    [Fact]
    public void WhatIsNotMetAgainIsForgottenSoThatNoMoreIsRememberedThanIsLive()
    {
        for (var sweep = 0; sweep < 1000; sweep++)
        {
            _health.Faulted(FaultArea.Of(DeviceFaultScope.Network, Shard with { Model = $"network {sweep}" }), "lost");
            _clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.InRange(_health.Remembered, 1, 7);
        _clock.Advance(TimeSpan.FromMinutes(2));
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
