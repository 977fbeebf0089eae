using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

/// <summary>Shows how far a batch is: in the device's status, its metrics, and each task of it.</summary>
/// <remarks>Not <see cref="Progress{T}"/>, which reports in no order and on other threads.</remarks>
internal sealed partial class BatchMeter(DeviceContext device, DeviceStatusBoard status, ActiveLease lease, IReadOnlyList<ChannelHandle> batch) : IProgress<BatchProgress>
{
    private readonly ILogger _log = device.Log;
    private long _firstAt;
    private int _firstStep = -1;
    private int _lastStep = batch[0].Checkpoint?.Step ?? 0;

    /// <summary>Since the first step; zero: it is not done yet.</summary>
    public TimeSpan Elapsed => _firstStep < 0 ? TimeSpan.Zero : device.Options.Clock.GetElapsedTime(_firstAt);

    public void Report(BatchProgress value)
    {
        device.Usage.Step();
        device.Instruments.OnSteps(batch.Count * Math.Max(value.Step - _lastStep, 0));
        _lastStep = value.Step;
        foreach (var handle in batch)
        {
            handle.Step(value.Step);
        }

        var clock = device.Options.Clock;
        if (_firstStep < 0)
        {
            (_firstAt, _firstStep) = (clock.GetTimestamp(), value.Step);
            lease.Begin();
            LogDrawing(device.Name, lease.Shard.Id, batch.Count);
        }

        var seconds = clock.GetElapsedTime(_firstAt).TotalSeconds;
        status.Update(now => now with
        {
            Shard = lease.Shard.Id,
            Lease = lease.Lease.Token.ToString(),
            LastStepAt = clock.GetUtcNow(),
            Images = batch.Count,
            Step = value.Step,
            Steps = value.Steps,
            StepsPerSecond = seconds > 0 ? (value.Step - _firstStep) / seconds : now.StepsPerSecond,
        });
    }

    [LoggerMessage(17, LogLevel.Debug, "{Device} draws {Images} images of shard {Shard}.")]
    private partial void LogDrawing(string device, ShardId shard, int images);
}
