namespace AmViz.Cluster.Api;

/// <summary>What sweeps that are submitted with a key may take of the cluster. Null: as much as they like.</summary>
public sealed record KeyQuota
{
    /// <summary>Channels that all live sweeps submitted with the key may have open together, at least 1.</summary>
    public long? MaxChannels { get; init; }

    /// <summary>Highest priority that it may give.</summary>
    public int? MaxPriority { get; init; }

    /// <summary>Pools that its sweeps must be bound to one of; see <see cref="DevicePool"/>.</summary>
    public IReadOnlyList<string>? Pools { get; init; }

    /// <summary>Whether it limits anything.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsEmpty => MaxChannels is null && MaxPriority is null && Pools is null;
}
