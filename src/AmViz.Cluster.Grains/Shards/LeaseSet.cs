namespace AmViz.Cluster.Grains;

/// <summary>The active leases of a shard, and how many of them hold each task.</summary>
/// <param name="tasks">Tasks of the shard.</param>
internal sealed class LeaseSet(int tasks)
{
    private readonly Dictionary<AttemptToken, LiveLease> _leases = [];
    private readonly Dictionary<string, int> _leasesOf = new(StringComparer.Ordinal);
    private readonly byte[] _holders = new byte[tasks];

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<LiveLease> All => _leases.Values;

    /// <summary>Grows with every lease that is added or removed.</summary>
    public int Version { get; private set; }

    /// <summary>A lease by its token; null: it is not active.</summary>
    public LiveLease? Find(AttemptToken token) => _leases.GetValueOrDefault(token);

    /// <summary>Devices that hold leases, <paramref name="device"/> counted in.</summary>
    public int DevicesWith(string device) => _leasesOf.Count + (_leasesOf.ContainsKey(device) ? 0 : 1);

    /// <summary>Leases that hold a task.</summary>
    public int HoldersOf(int task) => _holders[task];

    /// <summary>Adds a lease.</summary>
    /// <returns>The lease.</returns>
    public LiveLease Add(LiveLease lease)
    {
        Version++;
        _leases.Add(lease.Token, lease);
        _leasesOf[lease.Device] = _leasesOf.GetValueOrDefault(lease.Device) + 1;
        foreach (var task in lease.Tasks)
        {
            _holders[task]++;
        }

        return lease;
    }

    /// <summary>Removes a lease.</summary>
    /// <returns>Its tasks that no other lease holds.</returns>
    public IReadOnlyList<int> Remove(LiveLease lease)
    {
        Version++;
        _leases.Remove(lease.Token);
        if (--_leasesOf[lease.Device] == 0)
        {
            _leasesOf.Remove(lease.Device);
        }

        return [.. lease.Tasks.Where(task => --_holders[task] == 0)];
    }
}
