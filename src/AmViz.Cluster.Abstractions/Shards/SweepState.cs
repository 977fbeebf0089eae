namespace AmViz.Cluster.Abstractions;

/// <summary>Lifecycle of a sweep.</summary>
public enum SweepState
{
    /// <summary>Known to the store, not running.</summary>
    Planned,

    /// <summary>Shards grant leases.</summary>
    Running,

    /// <summary>Shards grant nothing until it is resumed.</summary>
    Paused,

    /// <summary>Every task has ended; the manifest is being written.</summary>
    Folding,

    /// <summary>The manifest is written.</summary>
    Finished,

    /// <summary>Ended by a user.</summary>
    Cancelled,

    /// <summary>Ended because more channels failed than its budget allows, or because its manifest could not be written.</summary>
    Failed,
}

/// <summary>Questions about states that more than one place asks.</summary>
public static class SweepStates
{
    /// <summary>Whether nothing more will happen unless the sweep is submitted or resumed.</summary>
    public static bool HasEnded(this SweepState state)
        => state is SweepState.Finished or SweepState.Cancelled or SweepState.Failed;
}
