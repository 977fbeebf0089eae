using System.Collections.Concurrent;

namespace AmViz.Cluster.Grains;

/// <summary>What the grains and devices of one life of a silo show: gone with that life, however it ends.</summary>
public sealed class SiloGauges : IDisposable
{
    private readonly ConcurrentDictionary<object, (int Leases, Func<TimeSpan> OldestAge)> _shards = new();
    private readonly ConcurrentBag<DeviceClock> _devices = [];
    private readonly ClusterInstruments _instruments;

    /// <summary>Shown by <paramref name="instruments"/> from now on.</summary>
    public SiloGauges(ClusterInstruments instruments)
    {
        _instruments = instruments;
        instruments.Attach(this);
    }

    /// <summary>Counts the index of sweeps, while it lives here.</summary>
    internal Func<IndexCensus>? Census { get; set; }

    internal IReadOnlyCollection<DeviceClock> Devices => _devices;

    internal int ActiveLeases => _shards.Values.Sum(shard => shard.Leases);

    internal TimeSpan OldestLease => _shards.Values.Select(shard => shard.OldestAge()).DefaultIfEmpty().Max();

    /// <summary>Shown no more; again does no harm.</summary>
    public void Dispose() => _instruments.Detach(this);

    internal DeviceClock AddDevice(TimeProvider time)
    {
        var device = new DeviceClock(time);
        _devices.Add(device);
        return device;
    }

    /// <summary>Shows the active leases of a shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="count">Its leases.</param>
    /// <param name="oldestAt">When the oldest of them was granted, in ticks of <paramref name="time"/>.</param>
    /// <param name="time">The shard's clock.</param>
    internal void ShowLeases(object shard, int count, long oldestAt, TimeProvider time)
    {
        if (count == 0)
        {
            HideLeases(shard);
            return;
        }

        _shards[shard] = (count, () => time.GetElapsedTime(oldestAt));
    }

    /// <summary>A shard has no active leases, or is not on this silo any more.</summary>
    internal void HideLeases(object shard) => _shards.TryRemove(shard, out _);
}

/// <summary>What the index of sweeps counts.</summary>
/// <param name="Sweeps">Live sweeps by state.</param>
/// <param name="Backlog">Channels not done of running sweeps, by the pool that they are bound to.</param>
/// <param name="Devices">Devices by what they are at.</param>
internal sealed record IndexCensus(
    IReadOnlyDictionary<SweepState, int> Sweeps, IReadOnlyDictionary<string, long> Backlog, IReadOnlyDictionary<DeviceActivity, int> Devices);
