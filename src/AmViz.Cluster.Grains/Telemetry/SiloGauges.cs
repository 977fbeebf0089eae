using System.Collections.Concurrent;
using AmViz.Cluster.Abstractions;

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

    internal int OpenLeases => _shards.Values.Sum(shard => shard.Leases);

    internal TimeSpan OldestLease => _shards.Values.Select(shard => shard.OldestAge()).DefaultIfEmpty().Max();

    /// <summary>Shown no more; again does no harm.</summary>
    public void Dispose() => _instruments.Detach(this);

    internal DeviceClock AddDevice(TimeProvider time)
    {
        var device = new DeviceClock(time);
        _devices.Add(device);
        return device;
    }

    /// <summary>A shard tells of its leases. Copied, since whoever asks is on another thread than the shard.</summary>
    internal void Show(object shard, LeaseTable table, TimeProvider time)
    {
        if (table.Leases.Count == 0)
        {
            Hide(shard);
            return;
        }

        var oldest = table.Leases.Min(lease => lease.GivenAt);
        _shards[shard] = (table.Leases.Count, () => time.GetElapsedTime(oldest));
    }

    /// <summary>A shard has no leases out, or lives here no more.</summary>
    internal void Hide(object shard) => _shards.TryRemove(shard, out _);
}

/// <summary>What the index of sweeps counts.</summary>
/// <param name="Sweeps">Live sweeps by state.</param>
/// <param name="Backlog">Channels not done of running sweeps, by the pool that they are bound to.</param>
/// <param name="Devices">Devices by what they are at.</param>
internal sealed record IndexCensus(
    IReadOnlyDictionary<SweepState, int> Sweeps, IReadOnlyDictionary<string, long> Backlog, IReadOnlyDictionary<DeviceActivity, int> Devices);
