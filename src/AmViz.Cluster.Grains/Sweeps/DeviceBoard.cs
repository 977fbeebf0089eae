namespace AmViz.Cluster.Grains;

/// <summary>Assigns devices to sweeps: by priority, and fairly among equals. Pure state.</summary>
/// <remarks>Thread-safe: metrics are collected with <see cref="Count()"/> beside the grain that owns it.</remarks>
/// <param name="clock">Measures silence.</param>
/// <param name="silence">A device that has not reported for longer is removed; in a fleet that is so large that its devices report less often, for longer than <see cref="MissedReports"/> of those.</param>
/// <param name="spacing">Shortest time between the reports of two devices.</param>
internal sealed class DeviceBoard(TimeProvider clock, TimeSpan silence, TimeSpan spacing)
{
    private const int MissedReports = 3;

    private readonly Lock _lock = new();
    private readonly List<LiveSweep> _sweeps = [];
    private readonly Dictionary<string, Row> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<SweepId, int> _devicesOf = [];
    private readonly ReservedWork _reserved = new(clock);
    private long _cleanedAt = clock.GetTimestamp();

    /// <summary>Running ones, highest priority first, then first come first.</summary>
    public IReadOnlyList<LiveSweep> Ranked
    {
        get
        {
            lock (_lock)
            {
                return [.. Running.OrderByDescending(sweep => sweep.Rank.Priority)];
            }
        }
    }

    /// <summary>Devices that have reported lately.</summary>
    public IReadOnlyList<DeviceStatus> Devices
    {
        get
        {
            lock (_lock)
            {
                RemoveSilent();
                return [.. _devices.Values.Select(row => row.Status).OrderBy(status => status.Device, StringComparer.Ordinal)];
            }
        }
    }

    private TimeSpan ReportInterval => spacing * _devices.Count;

    private TimeSpan Silence => ReportInterval * MissedReports > silence ? ReportInterval * MissedReports : silence;

    private IEnumerable<LiveSweep> Running => _sweeps.Where(sweep => sweep.State == SweepState.Running);

    /// <summary>Adds a sweep, or updates it.</summary>
    public void Enter(LiveSweep sweep)
    {
        lock (_lock)
        {
            _reserved.Enter(sweep.Id);
            var index = _sweeps.FindIndex(known => known.Id == sweep.Id);
            if (index < 0)
            {
                _sweeps.Add(sweep);
            }
            else
            {
                _sweeps[index] = sweep;
            }
        }
    }

    /// <summary>Whether a sweep has entered and was not removed.</summary>
    public bool IsLive(SweepId sweep)
    {
        lock (_lock)
        {
            return _sweeps.Exists(known => known.Id == sweep);
        }
    }

    /// <summary>Removes a sweep.</summary>
    public void Remove(SweepId sweep)
    {
        lock (_lock)
        {
            _sweeps.RemoveAll(known => known.Id == sweep);
        }
    }

    /// <summary>Lets a sweep in if its channels fit what its owner may have open.</summary>
    public ReservedChannels Reserve(ChannelReservation wanted)
    {
        lock (_lock)
        {
            return _reserved.Reserve(wanted, _sweeps);
        }
    }

    /// <summary>Where a sweep stands among those that want the same devices; null: it is not running.</summary>
    public QueuePosition? Queue(SweepId sweep)
    {
        lock (_lock)
        {
            if (Running.FirstOrDefault(running => running.Id == sweep) is not { } own)
            {
                return null;
            }

            var rivals = Running.Where(other => other.Id != sweep && (DevicePool.MayDraw(own.Pool, other.Pool) || DevicePool.MayDraw(other.Pool, own.Pool))).ToArray();
            var ahead = rivals.Where(other => other.Rank.Priority > own.Rank.Priority).OrderByDescending(other => other.Rank.Priority).ToArray();
            var beside = rivals.Where(other => other.Rank.Priority == own.Rank.Priority);
            return new(ahead.Length + 1, Named(ahead), Named(beside), ahead.Sum(other => other.Open));
        }

        static IReadOnlyList<QueuedSweep> Named(IEnumerable<LiveSweep> sweeps)
            => [.. sweeps.Take(QueuePosition.MostNamed).Select(other => new QueuedSweep(other.Id, other.Rank.Priority, other.Rank.Share, other.Open))];
    }

    /// <summary>A device has left.</summary>
    public void Leave(string device)
    {
        lock (_lock)
        {
            if (_devices.Remove(device, out var row))
            {
                Count(row.WorksFor, -1);
            }
        }
    }

    /// <summary>Sweeps, channels and devices: its cost goes by the live sweeps and devices alone.</summary>
    public IndexCensus Count()
    {
        lock (_lock)
        {
            RemoveSilent();
            var backlog = Running.GroupBy(sweep => sweep.Pool, StringComparer.Ordinal).ToDictionary(pool => pool.Key, pool => pool.Sum(sweep => sweep.Open), StringComparer.Ordinal);
            // Zero, not absence: what scales by it must see that nothing is left.
            backlog.TryAdd(DevicePool.Any, 0);
            return new(
                _sweeps.CountBy(sweep => sweep.State).ToDictionary(),
                backlog,
                _devices.Values.CountBy(row => row.Status.Activity).ToDictionary());
        }
    }

    /// <summary>Records the status of a device and assigns sweeps to it, best first.</summary>
    /// <remarks>
    /// A sweep that is bound to a pool is only for devices of that pool. Among sweeps of one priority the one comes first that has the fewest devices for its share, this device counted in. A
    /// device stays where it is unless another sweep would still be worse off with it: so no device moves to and fro.
    /// </remarks>
    public DeviceAssignment Assign(DeviceStatus device, SweepId? worksFor)
    {
        lock (_lock)
        {
            Record(device, worksFor);
            var order = Order(device.Pool, worksFor);
            // Counted at once: the next device that asks must not be sent to the same place.
            Place(device.Device, order.Length > 0 ? order[0] : null);
            return new(order, ReportInterval);
        }
    }

    private SweepId[] Order(string pool, SweepId? worksFor)
        => [
        .. Running
            .Where(sweep => DevicePool.MayDraw(pool, sweep.Pool))
            .OrderByDescending(sweep => sweep.Rank.Priority)
            .ThenBy(sweep => (double)(_devicesOf.GetValueOrDefault(sweep.Id) + (sweep.Id == worksFor ? 0 : 1)) / sweep.Rank.Share)
            .ThenBy(sweep => sweep.Id == worksFor ? 0 : 1)
            .Select(sweep => sweep.Id),
    ];

    private void Record(DeviceStatus device, SweepId? worksFor)
    {
        RemoveSilent();
        if (!_devices.TryGetValue(device.Device, out var row))
        {
            _devices.Add(device.Device, row = new(device));
        }

        (row.Status, row.HeardAt) = (device, clock.GetTimestamp());
        Place(device.Device, worksFor);
    }

    private void Place(string device, SweepId? sweep)
    {
        var row = _devices[device];
        Count(row.WorksFor, -1);
        Count(row.WorksFor = sweep, 1);
    }

    private void Count(SweepId? sweep, int change)
    {
        if (sweep is { } id && (_devicesOf[id] = _devicesOf.GetValueOrDefault(id) + change) == 0)
        {
            _devicesOf.Remove(id);
        }
    }

    private void RemoveSilent()
    {
        if (clock.GetElapsedTime(_cleanedAt) < Silence / 4)
        {
            return;
        }

        _cleanedAt = clock.GetTimestamp();
        var longest = Silence;
        foreach (var silent in _devices.Values.Where(row => clock.GetElapsedTime(row.HeardAt) > longest).Select(row => row.Status.Device).ToArray())
        {
            Leave(silent);
        }
    }

    private sealed class Row(DeviceStatus status)
    {
        public DeviceStatus Status { get; set; } = status;

        public SweepId? WorksFor { get; set; }

        public long HeardAt { get; set; }
    }
}
