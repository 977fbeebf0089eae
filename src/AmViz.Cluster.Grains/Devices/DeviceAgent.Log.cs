using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

internal sealed partial class DeviceAgent
{
    [LoggerMessage(1, LogLevel.Debug, "{Device} leased {Tasks} tasks of shard {Shard}, lease {Lease}.")]
    private partial void LogLeased(string device, ShardId shard, AttemptToken lease, int tasks);

    [LoggerMessage(2, LogLevel.Warning, "{Device}: a batch of {Images} images of shard {Shard} could not be drawn.")]
    private partial void LogCrashed(string device, ShardId shard, int images, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "{Device} waits for the store: {Trouble}")]
    private partial void LogStoreOutOfReach(string device, string trouble);

    [LoggerMessage(4, LogLevel.Debug, "{Device}: no answer from shard {Shard}; it will ask again.")]
    private partial void LogExchangeFailed(string device, ShardId shard, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "{Device} could not hand in {Leases} leases of shard {Shard}; the shard finds the pictures in the store.")]
    private partial void LogNotHandedIn(string device, ShardId shard, int leases);

    [LoggerMessage(6, LogLevel.Debug, "{Device} finds no coordinator; it will ask again.")]
    private partial void LogNoCoordinator(string device, Exception exception);

    [LoggerMessage(7, LogLevel.Debug, "{Device}: the channel tasks of lease {Lease} could not all be queued; they are drawn all the same.")]
    private partial void LogChannelsNotQueued(string device, AttemptToken lease, Exception exception);

    [LoggerMessage(8, LogLevel.Information, "{Device}: lease {Lease} of shard {Shard} was taken away.")]
    private partial void LogTakenAway(string device, ShardId shard, AttemptToken lease);

    [LoggerMessage(9, LogLevel.Warning, "{Device} could not renew its leases of shard {Shard}; it will try again.")]
    private partial void LogNotRenewed(string device, ShardId shard, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "{Device} left without handing in {Leases} leases.")]
    private partial void LogGaveUp(string device, int leases);

    [LoggerMessage(11, LogLevel.Warning, "{Device} could not give its leases back; they expire.")]
    private partial void LogNotReleased(string device, Exception exception);

    [LoggerMessage(12, LogLevel.Debug, "{Device} saved {Images} images at step {Step}, {Task} first.")]
    private partial void LogSaved(string device, int images, ChannelTask task, int step);

    [LoggerMessage(13, LogLevel.Warning, "{Device} could not save a batch at step {Step}, {Task} first; it goes on drawing.")]
    private partial void LogNotSaved(string device, ChannelTask task, int step, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "{Device} could not load checkpoints of shard {Shard}; what has none is drawn from the beginning.")]
    private partial void LogNotLoaded(string device, ShardId shard, Exception exception);

    [LoggerMessage(15, LogLevel.Information, "{Device} went on with {Images} images of shard {Shard} at step {Step} of {Steps}.")]
    private partial void LogResumed(string device, int images, ShardId shard, int step, int steps);

    [LoggerMessage(16, LogLevel.Debug, "{Device} could not remove the checkpoint of {Task}.")]
    private partial void LogNotRemoved(string device, ChannelTask task, Exception exception);

    [LoggerMessage(17, LogLevel.Debug, "{Device} draws {Images} images of shard {Shard}.")]
    private partial void LogDrawing(string device, ShardId shard, int images);

    [LoggerMessage(18, LogLevel.Information, "{Device}: the store can be used again.")]
    private partial void LogStoreBack(string device);

    [LoggerMessage(19, LogLevel.Warning, "{Device} hears nothing from the coordinators and asks again until it does: {Trouble}")]
    private partial void LogClusterOutOfReach(string device, string trouble);

    [LoggerMessage(21, LogLevel.Warning, "{Device} is at fault, or what it needs, and no channel of shard {Shard}: its work goes back to others, and it tries again in {Pause}.")]
    private partial void LogFaulted(string device, ShardId shard, TimeSpan pause, Exception exception);

    [LoggerMessage(20, LogLevel.Information, "{Device} hears from the coordinators again.")]
    private partial void LogClusterBack(string device);
}
