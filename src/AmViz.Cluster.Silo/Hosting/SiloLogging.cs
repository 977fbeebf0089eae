using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Silo;

/// <summary>How much of Orleans is in a silo's log.</summary>
public static class SiloLogging
{
    // Who is probed and what is sent anew, and every failed start six times over: pages of it in every fault.
    private static readonly (string Category, LogLevel Quiet)[] Chatter =
    [
        ("Microsoft.AspNetCore", LogLevel.Warning),
        ("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical),
        ("Orleans.Messaging", LogLevel.Critical),
        ("Orleans.Runtime.AsyncTimer", LogLevel.Error),
        ("Orleans.Runtime.MembershipService", LogLevel.Error),
        ("Orleans.Runtime.MembershipService.MembershipTableManager", LogLevel.Critical),
        ("Orleans.Runtime.ReminderService", LogLevel.Critical),
        ("Orleans.Runtime.Silo", LogLevel.Critical),
        ("Orleans.Runtime.SiloLifecycleSubject", LogLevel.Critical),
        ("Polly", LogLevel.None),
    ];

    /// <summary>Also what it says of probes and repeated messages, for those who look for a fault in the network.</summary>
    /// <param name="logging">Where logs go.</param>
    public static ILoggingBuilder WithOrleans(ILoggingBuilder logging)
    {
        foreach (var (category, _) in Chatter)
        {
            logging.AddFilter(category, LogLevel.Warning);
        }

        return logging;
    }

    /// <summary>What a person can use. What matters of the rest is told by <see cref="SiloProcess"/>, <see cref="MembershipWatch"/>, <see cref="EvictedSilo"/> and the devices.</summary>
    internal static ILoggingBuilder Quiet(ILoggingBuilder logging)
    {
        // A silo has no use for advice on garbage collection, and Orleans' watchdog takes its own start for a stall.
        logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        foreach (var (category, quiet) in Chatter)
        {
            logging.AddFilter(category, quiet);
        }

        return logging;
    }
}
