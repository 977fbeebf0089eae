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

    [LoggerMessage(3, LogLevel.Warning, "{Device} cannot reach the store; it will try again.")]
    private partial void LogStoreOutOfReach(string device, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "{Device}: no answer from shard {Shard}; it will ask again.")]
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
}
