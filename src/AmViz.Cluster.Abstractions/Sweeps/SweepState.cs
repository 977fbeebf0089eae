namespace AmViz.Cluster.Abstractions;

/// <summary>Where a sweep stands.</summary>
public enum SweepState
{
    /// <summary>Known to the store, not running.</summary>
    Planned,

    /// <summary>Shards give out leases.</summary>
    Running,

    /// <summary>Shards give out nothing until it is resumed.</summary>
    Paused,

    /// <summary>Every task has ended; the manifest is being written.</summary>
    Folding,

    /// <summary>The manifest is written.</summary>
    Finished,

    /// <summary>Ended by a person.</summary>
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
