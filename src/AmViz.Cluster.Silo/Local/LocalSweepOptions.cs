using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Silo;

/// <summary>How a sweep runs in this process. None of it changes a pixel.</summary>
public sealed record LocalSweepOptions
{
    /// <summary>What stands when nothing is said.</summary>
    public static LocalSweepOptions Default { get; } = new();

    /// <summary>How often progress is told. Default: 0.2 s.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>How long a device may wait for a store out of reach before the sweep is stopped. Default: 60 s.</summary>
    public TimeSpan StorePatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the silo may take to leave. Default: 5 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where logs go. Default: warnings to standard error.</summary>
    public Action<ILoggingBuilder> Logging { get; init; } = logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
