using System.Collections.Concurrent;

namespace AmViz.Cluster.Grains;

/// <summary>The leases that a device holds, from the shard's reply until their results are reported.</summary>
internal sealed class HeldLeases(DeviceContext device, LocalChannelTasks tasks)
{
    // A token is unique within its shard only: two shards that were opened in the same millisecond number alike.
    private readonly ConcurrentDictionary<(ShardId Shard, AttemptToken Token), ActiveLease> _leases = new();

    /// <summary>How many.</summary>
    public int Count => _leases.Count;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _leases.IsEmpty;

    /// <summary>All of them at this moment.</summary>
    public IEnumerable<ActiveLease> All => _leases.Values;

    /// <summary>Holds a lease; its tasks are found by their grains.</summary>
    public void Add(ActiveLease lease)
    {
        _leases[KeyOf(lease)] = lease;
        foreach (var handle in lease.Handles)
        {
            tasks.Add(KeyOf(lease, handle), handle);
        }

        device.Usage.Leases = Count;
    }

    /// <summary>The lease is reported, or could not be.</summary>
    public void Remove(ActiveLease lease)
    {
        _leases.TryRemove(KeyOf(lease), out _);
        foreach (var handle in lease.Handles)
        {
            tasks.Remove(KeyOf(lease, handle), handle);
        }

        lease.Dispose();
        device.Usage.Leases = Count;
    }

    private static (ShardId Shard, AttemptToken Token) KeyOf(ActiveLease lease) => (lease.Shard.Id, lease.Lease.Token);

    private static ChannelTaskKey KeyOf(ActiveLease lease, ChannelHandle handle) => ChannelTaskKey.Of(lease.Shard.Id.Sweep, handle.Task);
}
