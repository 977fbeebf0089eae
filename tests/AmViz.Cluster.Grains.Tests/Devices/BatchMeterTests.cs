namespace AmViz.Cluster.Grains.Tests;

public sealed class BatchMeterTests : IDisposable
{
    private readonly TestDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void SpeedIsThatOfTheBatchAtHand()
    {
        var lease = _device.Active(0, 1);
        var meter = new BatchMeter(_device.Context, _device.Status, lease, lease.Handles);
        meter.Report(new(2, 8));
        _device.Clock.Advance(TimeSpan.FromSeconds(1));
        meter.Report(new(5, 8));
        Assert.Equal((5, 8, 2, 3.0), Shown());
        _device.Clock.Advance(TimeSpan.FromSeconds(1));
        meter.Report(new(8, 8));
        Assert.Equal((8, 8, 2, 3.0), Shown());
        Assert.Equal(1, _device.Log.Count("LogDrawing"));
    }

    [Fact]
    public void TheSpeedOfTheLastBatchIsShownUntilTheNextOneHasOne()
    {
        _device.Status.Update(status => status with { StepsPerSecond = 7 });
        var lease = _device.Active(0);
        new BatchMeter(_device.Context, _device.Status, lease, lease.Handles).Report(new(1, 8));
        Assert.Equal((1, 8, 1, 7.0), Shown());
    }

    [Fact]
    public void TheLastStepItsTimeAndTheLeaseAreShown()
    {
        var lease = _device.Active(0, 1);
        new BatchMeter(_device.Context, _device.Status, lease, lease.Handles).Report(new(3, 8));
        Assert.Equal(($"{lease.Lease.Token}", _device.Clock.GetUtcNow()), (_device.Status.Current.Lease, _device.Status.Current.LastStepAt));
    }

    private (int Step, int Steps, int Images, double Speed) Shown()
        => _device.Status.Current is var status ? (status.Step, status.Steps, status.Images, status.StepsPerSecond) : default;
}
