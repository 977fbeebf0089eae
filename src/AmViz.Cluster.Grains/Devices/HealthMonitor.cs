using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

/// <summary>Records how batches end in the device's health, log, metrics and status.</summary>
internal sealed partial class HealthMonitor(DeviceContext device, DeviceHealth health, DeviceStatusBoard status)
{
    private readonly ILogger _log = device.Log;

    /// <summary>A batch of the shard was drawn.</summary>
    public void Succeeded(ShardId shard)
    {
        health.Succeeded(shard);
        status.Refresh();
    }

    /// <summary>
    /// The device, or what it needs, was at fault, and no task of the batch. What is left of its lease, and of others that the device cannot draw either, is
    /// released; it leases no such work until it has rested.
    /// </summary>
    public void Faulted(ShardId shard, DeviceFaultScope scope, Exception error)
    {
        if (health.Faulted(FaultArea.Of(scope, shard), error.Message) is { } pause)
        {
            LogFaulted(device.Name, shard, pause, error);
            device.Instruments.OnFault(scope);
        }

        status.Refresh();
    }

    /// <summary>A batch failed as a whole. Its tasks are reported as suspects, unless the device counts as broken.</summary>
    public void Crashed(ActiveLease lease, IReadOnlyList<ChannelHandle> batch, Exception error)
    {
        LogCrashed(device.Name, lease.Shard.Id, batch.Count, error);
        if (health.Crashed(error.Message))
        {
            lease.Crash(batch, error.Message);
        }
        else
        {
            ActiveLease.Abandon(batch);
        }

        status.Refresh();
    }

    [LoggerMessage(2, LogLevel.Warning, "{Device}: a batch of {Images} images of shard {Shard} could not be drawn.")]
    private partial void LogCrashed(string device, ShardId shard, int images, Exception exception);

    [LoggerMessage(21, LogLevel.Warning, "{Device} is at fault, or what it needs, and no channel of shard {Shard}: its work goes back to others, and it tries again in {Pause}.")]
    private partial void LogFaulted(string device, ShardId shard, TimeSpan pause, Exception exception);
}
