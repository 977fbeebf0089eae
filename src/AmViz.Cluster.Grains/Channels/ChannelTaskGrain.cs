using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Placement;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>See <see cref="IChannelTaskGrain"/>. Placed on the silo that calls it first, if that has a device: that is the device's own agent.</summary>
[PreferLocalPlacement, DeviceSilosOnly]
internal sealed class ChannelTaskGrain(LocalChannelTasks tasks, IOptions<GrainCollectionOptions> collection) : Grain, IChannelTaskGrain
{
    private ChannelHandle? _handle;
    private IGrainTimer? _keepAlive;

    private ChannelHandle? Handle => _handle = tasks.Find(ChannelTaskKey.Parse(this.GetPrimaryKeyString())) ?? _handle;

    public Task<bool> Run(ChannelAttempt attempt)
    {
        if (Handle is not { } handle || handle.Attempt != attempt || !handle.Advance(ChannelTaskState.Queued))
        {
            return Task.FromResult(false);
        }

        StayActive();
        return Task.FromResult(true);
    }

    public Task<ChannelTaskStatus?> Status() => Task.FromResult(Handle?.Status);

    public Task Cancel()
    {
        Handle?.Advance(ChannelTaskState.Cancelled);
        return Task.CompletedTask;
    }

    /// <summary>While the device holds the task: a caller on another silo might activate the grain on one that does not know of it.</summary>
    private void StayActive()
    {
        var interval = collection.Value.ClassSpecificCollectionAge.GetValueOrDefault(typeof(ChannelTaskGrain).FullName!, collection.Value.CollectionAge) / 2;
        _keepAlive ??= this.RegisterGrainTimer(_ => EndWithTask(), new GrainTimerCreationOptions(interval, interval) { KeepAlive = true });
    }

    private Task EndWithTask()
    {
        if (Handle is not { HasEnded: false })
        {
            _keepAlive?.Dispose();
            _keepAlive = null;
        }

        return Task.CompletedTask;
    }
}
