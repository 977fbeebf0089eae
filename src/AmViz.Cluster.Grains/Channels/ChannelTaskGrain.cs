using AmViz.Cluster.Abstractions;
using Orleans;
using Orleans.Placement;

namespace AmViz.Cluster.Grains;

/// <summary>See <see cref="IChannelTaskGrain"/>. Placed on the silo that calls it first, if that has a device: that is the device's own agent.</summary>
[PreferLocalPlacement, DeviceSilosOnly]
internal sealed class ChannelTaskGrain(LocalDevices devices) : Grain, IChannelTaskGrain
{
    private ChannelHandle? _handle;

    public Task<bool> Run(ChannelAttempt attempt)
    {
        _handle = devices.Find(attempt.Device, ChannelTaskKey.Parse(this.GetPrimaryKeyString()));
        return Task.FromResult(_handle?.Attempt == attempt && _handle.Advance(ChannelTaskState.Queued));
    }

    public Task<ChannelTaskStatus?> Status() => Task.FromResult(_handle?.Status);

    public Task Cancel()
    {
        _handle?.Advance(ChannelTaskState.Cancelled);
        return Task.CompletedTask;
    }
}
