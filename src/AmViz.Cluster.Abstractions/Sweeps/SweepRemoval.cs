namespace AmViz.Cluster.Abstractions;

/// <summary>Where the removal of a sweep stands.</summary>
public enum SweepRemoval
{
    /// <summary>The store has no such sweep, any more or at all.</summary>
    Gone,

    /// <summary>It is being removed; a cluster that dies meanwhile goes on with that.</summary>
    Removing,

    /// <summary>It has not ended and is not removed.</summary>
    Live,
}
