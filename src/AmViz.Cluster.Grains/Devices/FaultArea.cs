namespace AmViz.Cluster.Grains;

/// <summary>What a device at fault cannot draw: anything, a network, or a layer of one.</summary>
/// <param name="Sweep">Null: of every sweep.</param>
/// <param name="Model">Null: of every network.</param>
/// <param name="Layer">Null: of every layer.</param>
internal readonly record struct FaultArea(SweepId? Sweep, string? Model, string? Layer)
{
    /// <summary>Everything.</summary>
    public static FaultArea Device => default;

    /// <summary>What a fault makes impossible that was met while a shard was drawn.</summary>
    public static FaultArea Of(DeviceFaultScope scope, ShardId shard) => scope switch
    {
        DeviceFaultScope.Network => new(shard.Sweep, shard.Model, null),
        DeviceFaultScope.Layer => new(shard.Sweep, shard.Model, shard.Layer),
        _ => Device,
    };

    /// <summary>Whether the shard's tasks lie in it.</summary>
    public bool Contains(ShardId shard)
        => (Sweep is null || Sweep == shard.Sweep) && (Model is null || Model == shard.Model) && (Layer is null || Layer == shard.Layer);
}
