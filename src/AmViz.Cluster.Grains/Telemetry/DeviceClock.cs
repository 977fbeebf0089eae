namespace AmViz.Cluster.Grains;

/// <summary>What a device spends its time on, and when its last step ended.</summary>
/// <remarks>
/// It draws while a batch is on it. Without one it waits for the store if it has a lease in hand: its checkpoints are loaded, its network is fetched,
/// or pictures that are drawn are not stored yet. Otherwise it is idle.
/// </remarks>
internal sealed class DeviceClock(TimeProvider time)
{
    private readonly Lock _lock = new();
    private DeviceTimes _times;
    private long _since = time.GetTimestamp();
    private long _progressAt;
    private int _batches;
    private int _leasesAtWork;

    /// <summary>Leases in hand.</summary>
    public int Leases { get; set; }

    /// <summary>Why the device is served no more; null: it is.</summary>
    public string? Death { get; set; }

    /// <summary>Time spent so far.</summary>
    public DeviceTimes Times
    {
        get
        {
            lock (_lock)
            {
                return Settle();
            }
        }
    }

    /// <summary>Time since the last step of the batch in hand, or since the batch was begun; zero: there is none.</summary>
    public TimeSpan ProgressAge
    {
        get
        {
            lock (_lock)
            {
                return _batches > 0 ? time.GetElapsedTime(_progressAt) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>A lease is worked on.</summary>
    public void TakeUp() => Change(leases: 1, batches: 0);

    /// <summary>Nothing of the lease is left to draw.</summary>
    public void LayDown() => Change(leases: -1, batches: 0);

    /// <summary>A batch is handed to the device.</summary>
    public void Begin() => Change(leases: 0, batches: 1);

    /// <summary>A batch is off the device.</summary>
    public void End() => Change(leases: 0, batches: -1);

    /// <summary>The device has ended a step.</summary>
    public void Step()
    {
        lock (_lock)
        {
            _progressAt = time.GetTimestamp();
        }
    }

    private void Change(int leases, int batches)
    {
        lock (_lock)
        {
            Settle();
            // A batch that waits for its turn begins when the one before it is off the device.
            _progressAt = batches == 0 || (batches > 0 && _batches > 0) ? _progressAt : time.GetTimestamp();
            _leasesAtWork += leases;
            _batches += batches;
        }
    }

    private DeviceTimes Settle()
    {
        var seconds = time.GetElapsedTime(_since).TotalSeconds;
        _since = time.GetTimestamp();
        return _times += _batches > 0 ? new(Drawing: seconds, 0, 0) : _leasesAtWork > 0 ? new(0, 0, WaitingForStore: seconds) : new(0, Idle: seconds, 0);
    }
}

/// <summary>Time that devices spent, in seconds.</summary>
/// <param name="Drawing">With a batch on them.</param>
/// <param name="Idle">Without work.</param>
/// <param name="WaitingForStore">With work that the store holds up.</param>
internal readonly record struct DeviceTimes(double Drawing, double Idle, double WaitingForStore)
{
    /// <summary>Part of it that was spent drawing, 0 to 1.</summary>
    public double Use => Drawing > 0 ? Drawing / (Drawing + Idle + WaitingForStore) : 0;

    public static DeviceTimes operator +(DeviceTimes left, DeviceTimes right)
        => new(left.Drawing + right.Drawing, left.Idle + right.Idle, left.WaitingForStore + right.WaitingForStore);

    public static DeviceTimes Sum(IEnumerable<DeviceClock> devices) => devices.Aggregate(default(DeviceTimes), (sum, device) => sum + device.Times);
}
