using System.Security.Cryptography;

namespace AmViz.Cluster.Grains;

/// <summary>How a device's agent leases, draws, stores and reports. None of it changes a pixel.</summary>
public sealed class DeviceAgentOptions
{
    private const int JitterValues = 1 << 16;

    /// <summary>Pool of the silo's devices, to which sweeps may be bound. Default: <c>default</c>.</summary>
    public string Pool { get; set; } = DevicePool.Default;

    /// <summary>Leases that a device holds: the one it draws and those fetched early. Default: 2.</summary>
    public int LeasesHeld { get; set; } = 2;

    /// <summary>How long the work of one lease should last: short leases cost round trips, long ones cost the more the later a device is lost. Default: 4 s.</summary>
    public TimeSpan LeaseWork { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Most batches in one lease. Default: 256.</summary>
    public int MaxBatchesPerLease { get; set; } = 256;

    /// <summary>Batches sent to the renderer at one time. Default: 2, so that the device never waits.</summary>
    public int BatchesInFlight { get; set; } = 2;

    /// <summary>Pictures of a batch stored at one time. Default: 8.</summary>
    public int ParallelStores { get; set; } = 8;

    /// <summary>First pause of an idle device or after a failed call; it doubles up to <see cref="LongestPause"/>. Default: 50 ms.</summary>
    public TimeSpan ShortestPause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause, before jitter. Default: 2 s.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause of a device on which batch after batch fails. Default: 60 s.</summary>
    public TimeSpan LongestRest { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often leases are checked for renewal; see <see cref="RenewalInterval"/>. Default: 1 s.</summary>
    public TimeSpan RenewalCheck { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a lease is renewed, if a third of its duration is longer: so soon the device learns that work is cancelled, and a shard that was activated anew learns of the lease. Default: 5 s.</summary>
    public TimeSpan RenewalInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a device reports its status and is assigned to a sweep. Default: 2 s.</summary>
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a silo that leaves lets its devices finish the batches they have; after that they stop between two steps and release the rest. Default: none.</summary>
    public TimeSpan DrainBudget { get; set; } = TimeSpan.Zero;

    /// <summary>How long an agent tries to report results; after that the shard finds them in the store. Default: 2 min.</summary>
    public TimeSpan ReportPatience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time on the device after which a batch is saved, again and again, so that it can be resumed elsewhere; zero: never. Default: 60 s.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Work since its last checkpoint that makes it worthwhile to save a batch that is stopped. Default: 5 s.</summary>
    public TimeSpan MinimumCheckpointWork { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the store may take to write or read the checkpoints of a batch; after that the batch is drawn without them. Default: 10 s.</summary>
    public TimeSpan CheckpointPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Dates results and measures every pause and interval. Default: the system's.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Draws the jitter of a pause: at least 0, less than 1.</summary>
    internal Func<double> Jitter { get; set; } = () => RandomNumberGenerator.GetInt32(JitterValues) / (double)JitterValues;
}
