using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

internal sealed partial class SweepGrain
{
    [LoggerMessage(1, LogLevel.Information, "Sweep {Sweep} submitted: {Tasks} tasks.")]
    private partial void LogSubmitted(SweepId sweep, int tasks);

    [LoggerMessage(2, LogLevel.Information, "Sweep {Sweep} continues after its coordinator was lost.")]
    private partial void LogRevived(SweepId sweep);

    [LoggerMessage(3, LogLevel.Information, "Sweep {Sweep} is {State}: {Rendered} rendered, {Skipped} skipped, {Failed} failed.")]
    private partial void LogEnded(SweepId sweep, SweepState state, int rendered, int skipped, int failed);

    [LoggerMessage(4, LogLevel.Warning, "Shard {Shard} did not answer; it will be asked again.")]
    private partial void LogShardNotOpened(ShardId shard, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "Shard {Shard} cannot be read from the store: {Error}")]
    private partial void LogShardBroken(ShardId shard, string error);

    [LoggerMessage(6, LogLevel.Warning, "The manifest of sweep {Sweep} could not be written; it will be tried again.")]
    private partial void LogFoldDelayed(SweepId sweep, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "The manifest of sweep {Sweep} cannot be written.")]
    private partial void LogFoldFailed(SweepId sweep, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "Sweep {Sweep} is {State}, but that could not be written to its journal.")]
    private partial void LogEndNotWritten(SweepId sweep, SweepState state, Exception exception);

    [LoggerMessage(9, LogLevel.Debug, "Sweep {Sweep} could not leave the index or remove its reminder; it will try again at the next reminder.")]
    private partial void LogNotRetired(SweepId sweep, Exception exception);

    [LoggerMessage(10, LogLevel.Debug, "Sweep {Sweep} could not set its reminder; it will try again.")]
    private partial void LogNoReminder(SweepId sweep, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "Sweep {Sweep} tries {Retried} of {Before} channels again.")]
    private partial void LogRetried(SweepId sweep, int retried, int before);

    [LoggerMessage(12, LogLevel.Information, "Sweep {Sweep} was removed from the store, with what only it held.")]
    private partial void LogRemoved(SweepId sweep);

    [LoggerMessage(13, LogLevel.Warning, "Sweep {Sweep} could not be removed whole; it will be tried again.")]
    private partial void LogNotRemoved(SweepId sweep, Exception exception);

    [LoggerMessage(14, LogLevel.Debug, "Sweep {Sweep}, which is being removed, did not answer; it is called again.")]
    private partial void LogNotAwake(SweepId sweep, Exception exception);
}
