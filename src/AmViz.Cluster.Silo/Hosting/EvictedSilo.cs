using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AmViz.Cluster.Silo;

/// <summary>A silo that the others declared dead joins again, instead of ending its process with a crash as Orleans would by default.</summary>
/// <remarks>
/// It happens to a process that was frozen, or cut off by the network, for longer than a few probes. Its leases are with others
/// by then; what it still stores is stored once, for pictures are create-only.
/// </remarks>
internal sealed partial class EvictedSilo(Rejoining rejoining, ILogger<EvictedSilo> log) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        // What follows is the whole membership table.
        var reason = (context ?? "a fatal error").Split(" Membership:")[0];
        LogEvicted(reason, exception);
        rejoining.Request(reason);
    }

    [LoggerMessage(1, LogLevel.Error, "This silo is no member of the cluster any more: it was frozen, or cut off by the network, and the others have declared it dead. It gives its work up and joins again by itself. Orleans says: {Context}")]
    private partial void LogEvicted(string context, Exception? exception);
}
