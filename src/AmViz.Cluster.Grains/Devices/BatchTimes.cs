using BitFaster.Caching.Lru;

namespace AmViz.Cluster.Grains;

/// <summary>How long batches take on a device, layer by layer: decides how many of them make a lease.</summary>
internal sealed class BatchTimes
{
    // Half new, half old: follows a change within a few batches, and one slow batch does not upset it.
    private const double Weight = 0.5;

    /// <summary>Most layers that are remembered, those drawn last.</summary>
    public const int Capacity = 512;

    /// <summary>Layers that are remembered.</summary>
    public int Count => _seconds.Count;

    // A device draws few layers at a time; of one that is forgotten the first lease is one batch, as if it were new.
    private readonly ConcurrentLru<(SweepId Sweep, string Model, string Layer), double> _seconds = new(Capacity);

    /// <summary>What a batch of the shard should take; zero: unknown.</summary>
    public TimeSpan Expected(ShardId shard) => _seconds.TryGet(Key(shard), out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    /// <summary>A batch of the shard took this long.</summary>
    public void Measured(ShardId shard, double seconds)
        => _seconds.AddOrUpdate(Key(shard), _seconds.TryGet(Key(shard), out var old) ? (Weight * seconds) + ((1 - Weight) * old) : seconds);

    /// <summary>Batches that fill <paramref name="leaseWork"/>: one as long as nothing is known.</summary>
    public static int BatchesPerLease(TimeSpan expectedBatch, TimeSpan leaseWork, int max)
        => expectedBatch <= TimeSpan.Zero ? 1 : (int)Math.Clamp(leaseWork / expectedBatch, 1, max);

    private static (SweepId Sweep, string Model, string Layer) Key(ShardId shard) => (shard.Sweep, shard.Model, shard.Layer);
}
