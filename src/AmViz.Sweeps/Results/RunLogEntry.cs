namespace AmViz.Sweeps;

/// <summary>One row of a run log: an attempt at a channel task, with what no rerun would find the same.</summary>
[GenerateSerializer, Immutable, Alias("amviz.RunLogEntry")]
public sealed record RunLogEntry
{
    /// <summary>What was attempted.</summary>
    [Id(0)]
    public required ChannelTask Task { get; init; }

    /// <summary>How it ended.</summary>
    [Id(1)]
    public required ChannelOutcome Outcome { get; init; }

    /// <summary>Whether the picture lay in the store already, so that nothing was drawn.</summary>
    [Id(2)]
    public bool Skipped { get; init; }

    /// <summary>Attempts so far, from 1.</summary>
    [Id(3)]
    public int Attempt { get; init; } = 1;

    /// <summary>Silo and device that held the lease.</summary>
    [Id(4)]
    public required string Device { get; init; }

    /// <summary>When the result was committed, in UTC.</summary>
    [Id(5)]
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary>Seconds on the device.</summary>
    [Id(6)]
    public double Seconds { get; init; }

    /// <summary>Epoch of the shard and number of the lease: the attempt token.</summary>
    [Id(7)]
    public required string Lease { get; init; }

    /// <summary>Steps that were taken over from a checkpoint; 0: all were done in this attempt.</summary>
    [Id(8)]
    public int ResumedAt { get; init; }
}
