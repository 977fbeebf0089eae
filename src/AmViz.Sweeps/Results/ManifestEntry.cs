namespace AmViz.Sweeps;

/// <summary>One row of a manifest: one channel task and its outcome. Holds only what a rerun would reproduce.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ManifestEntry")]
public sealed record ManifestEntry
{
    /// <summary>Name of the network.</summary>
    [Id(0)]
    public required string Model { get; init; }

    /// <summary>SHA-256 of its weights file.</summary>
    [Id(1)]
    public required string WeightsDigest { get; init; }

    /// <summary>Layer.</summary>
    [Id(2)]
    public required string Layer { get; init; }

    /// <summary>Channel from 0, or class index.</summary>
    [Id(3)]
    public required int Channel { get; init; }

    /// <summary>Seed.</summary>
    [Id(4)]
    public required int Seed { get; init; }

    /// <summary>Name of the class on the logits layer.</summary>
    [Id(5)]
    public string? Label { get; init; }

    /// <summary><see cref="RenderRecipe.Hash"/>.</summary>
    [Id(6)]
    public required string Recipe { get; init; }

    /// <summary>Ascent steps of the recipe.</summary>
    [Id(7)]
    public required int Steps { get; init; }

    /// <summary>How it ended.</summary>
    [Id(8)]
    public required ChannelOutcome Outcome { get; init; }

    /// <summary>Objective before the first step; null if it was never computed or is not finite.</summary>
    [Id(9)]
    public float? InitialObjective { get; init; }

    /// <summary>Objective of the finished picture; null if there is none.</summary>
    [Id(10)]
    public float? FinalObjective { get; init; }

    /// <summary>Path of the picture in the store; null if there is none.</summary>
    [Id(11)]
    public string? Picture { get; init; }

    /// <summary>SHA-256 of the picture's file; null if there is none.</summary>
    [Id(12)]
    public string? Sha256 { get; init; }

    /// <summary>Length of the picture's file in bytes; null if there is none.</summary>
    [Id(13)]
    public long? Bytes { get; init; }

    /// <summary>What went wrong; null when rendered.</summary>
    [Id(14)]
    public string? Error { get; init; }
}
