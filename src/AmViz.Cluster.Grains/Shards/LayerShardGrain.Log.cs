using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

internal sealed partial class LayerShardGrain
{
    [LoggerMessage(1, LogLevel.Information, "Shard {Shard} opened in epoch {Epoch}: {Ended} of {Tasks} tasks have ended, {Leases} leases are active.")]
    private partial void LogOpened(ShardId shard, long epoch, int ended, int tasks, int leases);

    [LoggerMessage(2, LogLevel.Warning, "Shard {Shard}, lease {Lease}: {Failures} channels failed and {Crashes} batches crashed. The last error: {Error}")]
    private partial void LogFaults(ShardId shard, AttemptToken lease, int failures, int crashes, string? error);

    [LoggerMessage(3, LogLevel.Warning, "Shard {Shard} ended {Leases} leases of {Holders}.")]
    private partial void LogLost(ShardId shard, int leases, string holders);

    [LoggerMessage(4, LogLevel.Warning, "Shard {Shard} quarantined {Count} channels. The last error: {Error}")]
    private partial void LogQuarantined(ShardId shard, int count, string? error);

    [LoggerMessage(5, LogLevel.Warning, "Shard {Shard} could not write rows; it will try again.")]
    private partial void LogNotWritten(ShardId shard, Exception exception);

    [LoggerMessage(6, LogLevel.Debug, "Shard {Shard} could not reach its sweep; it will try again.")]
    private partial void LogSweepNotNotified(ShardId shard, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "Shard {Shard} cannot be read from the store.")]
    private partial void LogBroken(ShardId shard, Exception exception);

    [LoggerMessage(8, LogLevel.Warning, "Shard {Shard} could not reconcile with the store; pictures and checkpoints that lie there may be drawn again.")]
    private partial void LogNotReconciled(ShardId shard, Exception exception);

    [LoggerMessage(9, LogLevel.Warning, "Shard {Shard} could not journal failed attempts; it will try again.")]
    private partial void LogAttemptsNotWritten(ShardId shard, Exception exception);

    [LoggerMessage(10, LogLevel.Debug, "Shard {Shard}: the device that holds {Task} did not say how far it is.")]
    private partial void LogDeviceSilent(ShardId shard, ChannelTask task, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "Shard {Shard}, lease {Lease}: {Tasks} tasks that another device holds are leased to {Device} too, since that one is {Reason}.")]
    private partial void LogHedged(ShardId shard, AttemptToken lease, int tasks, string device, HedgeReason reason);

    [LoggerMessage(12, LogLevel.Information, "Shard {Shard} called lease {Lease} back: its device takes much longer than it expected. Other devices draw its tasks.")]
    private partial void LogRecalled(ShardId shard, AttemptToken lease);
}
