namespace AmViz.Cli.CommandLine;

/// <summary>Exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>All done.</summary>
    public const int Done = 0;

    /// <summary>An unexpected error.</summary>
    public const int Unexpected = 1;

    /// <summary>Wrong usage or a spec with mistakes; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Finished, but with failed channels, or what was to be verified is not as it should be.</summary>
    public const int FinishedWithFailures = 3;

    /// <summary>Stopped on request; the same command goes on.</summary>
    public const int Cancelled = 4;

    /// <summary>The store, the cluster or what a device needs is out of reach.</summary>
    public const int OutOfReach = 5;

    /// <summary>Stopped before the sweep of a cluster had ended; it continues there. The number is what shells use for Ctrl-C.</summary>
    public const int Interrupted = 130;
}
