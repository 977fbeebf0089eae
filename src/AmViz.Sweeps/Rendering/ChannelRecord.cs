namespace AmViz.Sweeps;

/// <summary>A picture's own record: written into the picture, so that a manifest can always be rebuilt from the pictures alone.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ChannelRecord")]
public sealed record ChannelRecord
{
    /// <summary>Version of this format. Readers refuse higher ones.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Key of the PNG text chunk that carries the record as JSON.</summary>
    public const string TextKey = "amviz:record";

    /// <summary>See <see cref="CurrentFormatVersion"/>.</summary>
    [Id(0)]
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>What was drawn.</summary>
    [Id(1)]
    public required ChannelTask Task { get; init; }

    /// <summary>Name of the class on the logits layer, otherwise null.</summary>
    [Id(2)]
    public string? Label { get; init; }

    /// <summary>How it was drawn, every number.</summary>
    [Id(3)]
    public required RenderRecipe Recipe { get; init; }

    /// <summary>How the objective rose.</summary>
    [Id(4)]
    public required ObjectiveTrajectory Objective { get; init; }

    /// <summary>Drawing it again produces the same pixels wherever this is equal.</summary>
    [Id(5)]
    public required RenderEnvironment ReproducibleWith { get; init; }

    /// <summary>Version of AmViz that drew it.</summary>
    [Id(6)]
    public required string Software { get; init; }
}
