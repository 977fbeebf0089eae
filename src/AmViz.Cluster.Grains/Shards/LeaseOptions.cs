namespace AmViz.Cluster.Grains;

/// <summary>How leases run. None of it changes a pixel.</summary>
public sealed class LeaseOptions
{
    /// <summary>Shortest lease. Default: 60 s; renewals come at a third of it or sooner, so at least two may be lost.</summary>
    public TimeSpan Minimum { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A lease lasts this many expected batches, if that is longer than <see cref="Minimum"/>. Default: 3.</summary>
    public double BatchesPerLease { get; set; } = 3;

    /// <summary>How long a shard that is activated in the middle of a run leaves half of its work alone, since devices may hold it that have not renewed yet. Default: 7 s, more than the renewal interval of devices.</summary>
    public TimeSpan AdoptionTime { get; set; } = TimeSpan.FromSeconds(7);

    /// <summary>Failures after which a channel is quarantined: not tried again in this run. Default: 3.</summary>
    public int MaxFailures { get; set; } = 3;

    /// <summary>Times a task's device may be lost before the task is suspected and leased in isolation. Default: 2.</summary>
    public int LossesBeforeSuspicion { get; set; } = 2;

    /// <summary>Times a task's device may be lost while it draws that task alone, after which the task is quarantined. Default: 3.</summary>
    public int MaxLossesAlone { get; set; } = 3;

    /// <summary>How long a device may be silent before its leases are hedged. Default: 18 s, three renewals: they come after 5 s, at the next check of each second.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(18);

    /// <summary>A lease whose work takes longer than this many times what its device expected is late, and hedged. Default: 1.25; twice that since it was granted, if its device does not say when it began.</summary>
    public double StragglerFactor { get; set; } = 1.25;

    /// <summary>A lease whose work takes longer than this many times what its device expected is called back while other work is left: the device saves what it reached and takes other work. Default: 1.5. Each task is called back once.</summary>
    public double RecallFactor { get; set; } = 1.5;

    /// <summary>Youngest lease that can be late. Default: 10 s.</summary>
    public TimeSpan MinimumStraggler { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A lease that its device will not begin within this time is taken over by a device that is free. Default: 6 s, the longest time between two renewals, after which it is told.</summary>
    public TimeSpan ShortestWait { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Most leases that hold a task at the same time. Default: 3: what is late on three devices takes its time.</summary>
    public int MostHolders { get; set; } = 3;

    /// <summary>How often a shard looks for expired leases and reports changes to its sweep. Default: 0.5 s.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How often a shard saves its progress for its next activation, if it has changed. Default: 5 s.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a device that repeats a request gets the reply to the first one. Default: 10 min, more than devices repeat it.</summary>
    public TimeSpan ReplyLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Measures leases. Default: the system's; tests bring their own.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
