namespace AmViz.Cluster.Abstractions;

/// <summary>Status of a sweep.</summary>
[GenerateSerializer, Immutable, Alias("amviz.SweepStatus")]
public sealed record SweepStatus
{
    /// <summary>The sweep.</summary>
    [Id(0)]
    public required SweepId Id { get; init; }

    /// <summary>Its state.</summary>
    [Id(1)]
    public required SweepState State { get; init; }

    /// <summary>Counts over all layers.</summary>
    [Id(2)]
    public required TaskCounts Counts { get; init; }

    /// <summary>Counts of every layer, in the order of the plan.</summary>
    [Id(3)]
    public IReadOnlyList<LayerProgress> Layers { get; init; } = [];

    /// <summary>The last thing that went wrong; null: nothing did.</summary>
    [Id(4)]
    public string? LastError { get; init; }

    /// <summary>When the sweep was last submitted.</summary>
    [Id(5)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Rank among other sweeps.</summary>
    [Id(7)]
    public SweepRank Rank { get; init; } = SweepRank.Default;

    /// <summary>Ascent steps of one picture.</summary>
    [Id(8)]
    public int Steps { get; init; }

    /// <summary>Pool whose devices may draw it; <see cref="DevicePool.Any"/>: all.</summary>
    [Id(9)]
    public string Pool { get; init; } = DevicePool.Any;

    /// <summary>Who submitted it, such as <c>key:0123456789ab</c>; null: nobody is named.</summary>
    [Id(10)]
    public string? Owner { get; init; }

    /// <summary>Where it stands among other sweeps; null where it is not asked for, and while it is not running.</summary>
    [Id(11)]
    public QueuePosition? Queue { get; init; }

    /// <summary>Status of the devices; empty where it is not asked for.</summary>
    [Id(6)]
    public IReadOnlyList<DeviceStatus> Devices { get; init; } = [];

    /// <summary>Whether a device works for it, or should and cannot.</summary>
    public bool Concerns(DeviceStatus device)
        => device.Shard is { } shard ? shard.Sweep == Id : device.Trouble is not null && DevicePool.MayDraw(device.Pool, Pool);
}

/// <summary>Counts of one layer.</summary>
/// <param name="Model">Network.</param>
/// <param name="Layer">Layer.</param>
/// <param name="Counts">Its counts.</param>
[GenerateSerializer, Immutable, Alias("amviz.LayerProgress")]
public sealed record LayerProgress(
    [property: Id(0)] string Model,
    [property: Id(1)] string Layer,
    [property: Id(2)] TaskCounts Counts);
