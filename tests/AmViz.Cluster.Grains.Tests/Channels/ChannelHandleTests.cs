using AmViz.Cluster.Abstractions;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ChannelHandleTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly ChannelHandle _handle;

    public ChannelHandleTests() => _handle = _device.Active(3).Handles[0];

    public void Dispose() => _device.Dispose();

    [Fact]
    public void AStatusNamesLeaseDeviceTimesAndSteps()
    {
        var leasedAt = _device.Clock.GetUtcNow();
        Assert.Equal(
            new() { Attempt = new(new(1, 1), TestDevice.Name), State = ChannelTaskState.Leased, Step = 0, Steps = 8, LeasedAt = leasedAt },
            _handle.Status);
        _handle.Advance(ChannelTaskState.Queued);
        _device.Clock.Advance(TimeSpan.FromSeconds(2));
        _handle.Start(_device.Clock.GetUtcNow());
        _handle.Step(5);
        Assert.Equal(
            (ChannelTaskState.Running, 5, leasedAt, leasedAt.AddSeconds(2)),
            (_handle.Status.State, _handle.Status.Step, _handle.Status.LeasedAt, _handle.Status.StartedAt!.Value));
    }

    [Fact]
    public void ATaskThatIsResumedStandsWhereItsCheckpointDoes()
    {
        _handle.Resume(SampleSweeps.Checkpoint(_handle.Task, _device.Shard.Recipe, step: 6));
        Assert.Equal((6, 6), (_handle.Status.Step, _handle.Status.ResumedAt));
    }

    [Theory]
    [InlineData(ChannelTaskState.Committed)]
    [InlineData(ChannelTaskState.Failed)]
    [InlineData(ChannelTaskState.Cancelled)]
    public void AnAttemptThatHasEndedStaysAsItEnded(ChannelTaskState end)
    {
        Assert.True(_handle.Advance(end, "why"));
        Assert.True(_handle.HasEnded);
        Assert.False(_handle.Advance(ChannelTaskState.Uploading));
        Assert.False(_handle.Start(_device.Clock.GetUtcNow()));
        _handle.Step(3);
        Assert.Equal((end, "why", 0), (_handle.Status.State, _handle.Status.Error, _handle.Status.Step));
    }
}
