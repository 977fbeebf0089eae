namespace AmViz.Cluster.Grains;

/// <summary>How leases run. None of it changes a pixel.</summary>
public sealed class LeaseOptions
{
    /// <summary>Shortest lease. Default: 60 s; renewals come at a third of it or sooner, so at least two may be lost.</summary>
    public TimeSpan Minimum { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A lease lasts this many expected batches, if that is longer than <see cref="Minimum"/>. Default: 3.</summary>
    public double BatchesPerLease { get; set; } = 3;

    /// <summary>How long a shard that came to life in the middle of a run leaves half of its work alone, since it may be in hands that have not renewed yet. Default: 7 s, more than <see cref="DeviceAgentOptions.RenewalInterval"/>.</summary>
    public TimeSpan AdoptionTime { get; set; } = TimeSpan.FromSeconds(7);

    /// <summary>Failures after which a channel is not tried again in this run. Default: 3.</summary>
    public int MaxFailures { get; set; } = 3;

    /// <summary>Times a task's device may be lost before the task is suspected and leased apart. Default: 2.</summary>
    public int LossesBeforeSuspicion { get; set; } = 2;

    /// <summary>Times a task's device may be lost while it draws that task alone, after which the task counts as failed. Default: 3.</summary>
    public int MaxLossesAlone { get; set; } = 3;

    /// <summary>A lease that takes longer than this many times what was expected is given to a second device once nothing else is left. Default: 3, since a lease may have waited for the one before it.</summary>
    public double StragglerFactor { get; set; } = 3;

    /// <summary>Youngest lease that is given to a second device. Default: 10 s.</summary>
    public TimeSpan MinimumStraggler { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a shard looks for expired leases and tells its sweep what has changed. Default: 0.5 s.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How often a shard keeps what it knows for its next life, if anything has changed. Default: 5 s.</summary>
    public TimeSpan KeptEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a device that repeats a request gets the reply of the first one. Default: 10 min, more than <see cref="DeviceAgentOptions.ReportPatience"/>, for which it repeats it.</summary>
    public TimeSpan RepliesLast { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Measures leases. Default: the system's; tests bring their own.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
