namespace AmViz.Cluster.Grains;

/// <summary>How a sweep is coordinated. None of it changes a pixel.</summary>
public sealed class SweepOptions
{
    /// <summary>How often a reminder looks whether the sweep is alive. Default: 60 s, the least that reminders allow.</summary>
    public TimeSpan ReviveInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a running sweep enters itself in the index and asks shards that did not answer. Default: 5 s.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A shard that is not finished and has told nothing for this long is asked, in case it has died: one that had nothing to give when it died is asked by nobody else. Default: 10 s.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Shards asked for their counts at one time. Each lists its pictures. Default: 16.</summary>
    public int ShardsOpenedAtOnce { get; set; } = 16;

    /// <summary>A device that was not heard of for this long is no longer counted when devices are shared. Default: 15 s.</summary>
    public TimeSpan DeviceSilence { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between the reports of two devices, whichever they are: a fleet of n reports every n times as long, if that is longer than <see cref="DeviceAgentOptions.ReportInterval"/>. Default: 5 ms, so that 1,000 devices report every 5 s.</summary>
    public TimeSpan ReportSpacing { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether sweeps that the store marks as live go on by themselves when a cluster starts. Default: true; a silo of one sweep alone leaves the others be.</summary>
    public bool WakeLiveSweeps { get; set; } = true;

    /// <summary>Dates runs and journal entries. Default: the system's.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
