using System.Net.Sockets;
using AmViz.Storage;
using Orleans.Runtime;
using Orleans.Serialization;
using StackExchange.Redis;

namespace AmViz.Cluster.Client;

/// <summary>What goes wrong between a client and a cluster.</summary>
internal static class ClusterFailures
{
    // What Orleans makes of whatever happens to its own tables in Redis, timeouts and broken connections above all: of each only the text is left.
    private static readonly string[] OfTables = ["RedisRemindersException", "RedisStorageException", "RedisClusteringException"];

    /// <summary>Whether the same call may succeed in a moment: the outcome is unknown, or nobody was there to take it.</summary>
    public static bool MayPass(Exception e) => e switch
    {
        TimeoutException or SiloUnavailableException or RedisException or SocketException => true,
        OrleansMessageRejectionException or ClientNotAvailableException => true,
        // The coordinators' store is away for a moment.
        StoreUnreachableException or StorageException { CanRetry: true } => true,
        // "No active nodes are compatible": no coordinator has joined yet.
        OrleansException => true,
        // A connection that Orleans closes while a call uses it: "Reading is not allowed after reader was completed".
        InvalidOperationException { Source: "System.IO.Pipelines" } => true,
        _ when OfTables.Contains(e.GetType().Name, StringComparer.Ordinal) => true,
        UnavailableExceptionFallbackException unknown => OfTables.Any(name => unknown.ExceptionType?.Contains(name, StringComparison.Ordinal) == true),
        _ => e.InnerException is { } inner && MayPass(inner),
    };

    /// <summary>The cause, in a sentence.</summary>
    public static string Describe(Exception e)
    {
        var cause = e;
        while (cause.InnerException is { } inner && cause is not RedisConnectionException)
        {
            cause = inner;
        }

        var text = cause switch
        {
            // Its own words are advice to programmers, and a page of counters.
            RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => "Redis refuses the user or the password.",
            RedisConnectionException => "Redis cannot be connected to.",
            RedisTimeoutException => "Redis does not answer.",
            TimeoutException => "No coordinator answers.",
            // Orleans' reminders keep only its text.
            _ when cause.Message.Contains(nameof(RedisConnectionException), StringComparison.Ordinal) => "Redis cannot be connected to.",
            _ when cause.Message.Contains(nameof(RedisTimeoutException), StringComparison.Ordinal) => "Redis does not answer.",
            _ when cause.Message.Contains(nameof(TaskCanceledException), StringComparison.Ordinal) => "Redis does not answer.",
            _ => cause.Message.Split('\n')[0].Trim(),
        };
        return text.EndsWith('.') ? text : $"{text}.";
    }
}
