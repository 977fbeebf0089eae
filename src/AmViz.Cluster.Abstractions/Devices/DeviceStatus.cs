namespace AmViz.Cluster.Abstractions;

/// <summary>Status of a device.</summary>
[GenerateSerializer, Immutable, Alias("amviz.DeviceStatus")]
public sealed record DeviceStatus
{
    /// <summary>Silo and device, such as <c>S127.0.0.1:11111:1/cpu#0</c>: unique in the cluster and for the life of the silo.</summary>
    [Id(0)]
    public required string Device { get; init; }

    /// <summary>What it is doing.</summary>
    [Id(1)]
    public required DeviceActivity Activity { get; init; }

    /// <summary>Shard of the batch that is on the device; null: none is.</summary>
    [Id(2)]
    public ShardId? Shard { get; init; }

    /// <summary>Images of that batch.</summary>
    [Id(3)]
    public int Images { get; init; }

    /// <summary>Steps done of that batch.</summary>
    [Id(4)]
    public int Step { get; init; }

    /// <summary>Steps of that batch.</summary>
    [Id(5)]
    public int Steps { get; init; }

    /// <summary>Steps a second over the present batch, or the last one.</summary>
    [Id(6)]
    public double StepsPerSecond { get; init; }

    /// <summary>Pictures stored since the silo started.</summary>
    [Id(7)]
    public int Stored { get; init; }

    /// <summary>Why the device cannot continue at the moment, or not with all of its work, such as a store out of reach or a network that cannot be opened; null: it can.</summary>
    [Id(8)]
    public string? Trouble { get; init; }

    /// <summary>Whether <see cref="Trouble"/> concerns what all devices need, the store or the coordinators, and not this device or a network.</summary>
    [Id(10)]
    public bool WaitsForOthers { get; init; }

    /// <summary>When the last step ended; null: none has since the silo started.</summary>
    [Id(11)]
    public DateTimeOffset? LastStepAt { get; init; }

    /// <summary>Lease of the batch that is on the device, as <see cref="AttemptToken"/> writes it; null: none is.</summary>
    [Id(12)]
    public string? Lease { get; init; }

    /// <summary>Part of the time since the silo started in which a batch was on the device, 0 to 1.</summary>
    [Id(13)]
    public double Use { get; init; }

    /// <summary>Pool of the device.</summary>
    [Id(9)]
    public string Pool { get; init; } = DevicePool.Default;
}

/// <summary>What a device is doing.</summary>
public enum DeviceActivity
{
    /// <summary>It has no work.</summary>
    Idle,

    /// <summary>Drawing.</summary>
    Drawing,

    /// <summary>Leaves: leases no more work.</summary>
    Draining,

    /// <summary>It, or something that it needs, is at fault: it pauses between attempts, longer each time.</summary>
    Broken,
}
