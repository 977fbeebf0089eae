namespace AmViz.Sweeps;

/// <summary>Which statistics of natural pictures a picture is held to.</summary>
public enum PriorKind
{
    /// <summary>Mean and variance of every channel as batch-norm keeps them in the weights (Yin et al. 2020, "Dreaming to Distill").</summary>
    BatchNorm,

    /// <summary>Mean and variance of every channel over photographs: the same where the weights keep none.</summary>
    Moments,

    /// <summary>All values of every channel, sorted, as photographs that excite the task's channel have them (Görgün et al. 2025, "VITAL").</summary>
    Sorted,
}

/// <summary>Holds what the layers before the target make of a picture to what they make of natural ones.</summary>
[GenerateSerializer, Immutable, Alias("amviz.PriorSettings")]
public sealed record PriorSettings
{
    /// <summary>Which statistics.</summary>
    [Id(0)]
    public PriorKind Kind { get; init; }

    /// <summary>What is taken from the objective for each unit of distance: a unit is a deviation of the channel over natural pictures.</summary>
    [Id(1)]
    [Bounds(0, 1e9)]
    public double Weight { get; init; } = 1;

    /// <summary>Layers whose values are compared. Null: with <see cref="PriorKind.BatchNorm"/> all that have statistics, otherwise the last default tap of each size; only those before the target.</summary>
    [Id(2)]
    [Bounds(1, 64)]
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>SHA-256 of the files of the photographs, which lie in the store. Null: none, which only <see cref="PriorKind.BatchNorm"/> allows.</summary>
    [Id(3)]
    [Bounds(1, 256)]
    public IReadOnlyList<string>? Photographs { get; init; }

    /// <summary>How many of the photographs, those that excite the task's channel most, <see cref="PriorKind.Sorted"/> goes by. Default: 4.</summary>
    [Id(4)]
    [Bounds(1, 64)]
    public int References { get; init; } = 4;
}
