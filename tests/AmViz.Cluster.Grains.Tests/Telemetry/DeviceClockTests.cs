using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests.Telemetry;

public sealed class DeviceClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DeviceClock _device;

    public DeviceClockTests() => _device = new(_time);

    [Fact]
    public void EverySecondIsDrawingIdleOrWaitingForTheStore()
    {
        Pass(3);
        _device.TakeUp();
        Pass(5);
        _device.Begin();
        Pass(7);
        _device.Begin();
        Pass(11);
        _device.End();
        Pass(13);
        _device.End();
        Pass(17);
        _device.LayDown();
        Pass(19);
        Assert.Equal(new DeviceTimes(Drawing: 7 + 11 + 13, Idle: 3 + 19, WaitingForStore: 5 + 17), _device.Times);
    }

    [Fact]
    public void ProgressIsTheLastStepOfTheBatchInHand()
    {
        Assert.Equal(TimeSpan.Zero, _device.ProgressAge);
        _device.Begin();
        Pass(5);
        Assert.Equal(5, _device.ProgressAge.TotalSeconds);
        _device.Step();
        Pass(2);
        _device.Begin();
        Assert.Equal(2, _device.ProgressAge.TotalSeconds);
        _device.End();
        Pass(1);
        Assert.Equal(1, _device.ProgressAge.TotalSeconds);
        _device.End();
        Assert.Equal(TimeSpan.Zero, _device.ProgressAge);
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
