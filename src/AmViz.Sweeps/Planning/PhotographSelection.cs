namespace AmViz.Sweeps;

/// <summary>What a network is shown instead of having its channels drawn: makes a sweep a pass of photographs.</summary>
[GenerateSerializer, Immutable, Alias("amviz.PhotographSelection")]
public sealed record PhotographSelection
{
    /// <summary>How many photographs each list of a channel has, and so the most that can be cut out or measured.</summary>
    public const int MostShown = 9;

    /// <summary>The first so many of an endless row of labelled textures; null: <see cref="Folder"/> says what is shown.</summary>
    [Id(0)]
    public int? Textures { get; init; }

    /// <summary>A folder of pictures, where folders in it are labels, or a CSV or Parquet file that lists some; null: <see cref="Textures"/> says what is shown.</summary>
    [Id(1)]
    public string? Folder { get; init; }

    /// <summary>Column of labels of a CSV or Parquet file; null: <c>label</c>, where there is one.</summary>
    [Id(2)]
    public string? LabelColumn { get; init; }

    /// <summary>Whether the pictures are copied into the store, for devices that do not see the folder.</summary>
    [Id(3)]
    public bool Copy { get; init; }

    /// <summary>Photographs that a device computes and stores together; null: 512.</summary>
    [Id(4)]
    public int? ShardSize { get; init; }

    /// <summary>Photographs in one run of the network; null: 16.</summary>
    [Id(5)]
    public int? Batch { get; init; }

    /// <summary>Photographs of each list that are cut out, 0 to <see cref="MostShown"/>.</summary>
    [Id(6)]
    public int Crops { get; init; } = MostShown;

    /// <summary>Photographs of the top list whose effective receptive field is measured, 0 to <see cref="MostShown"/>.</summary>
    [Id(7)]
    public int EffectiveFields { get; init; } = MostShown;
}
