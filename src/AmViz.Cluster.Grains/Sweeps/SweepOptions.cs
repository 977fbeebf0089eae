namespace AmViz.Cluster.Grains;

/// <summary>How a sweep is coordinated. None of it changes a pixel.</summary>
public sealed class SweepOptions
{
    /// <summary>How often a reminder activates the sweep if it is not active. Default: 60 s, the least that reminders allow.</summary>
    public TimeSpan ReviveInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a running sweep enters itself in the index and asks shards that did not answer. Default: 5 s.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A shard that is not finished and has not reported for this long is asked, in case it has died: one that had nothing to lease when it died is called by no device. Default: 10 s.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Shards asked for their counts at one time. Each lists its pictures. Default: 16.</summary>
    public int ShardsOpenedAtOnce { get; set; } = 16;

    /// <summary>A device that has not reported for this long is no longer counted when devices are shared. Default: 15 s.</summary>
    public TimeSpan DeviceSilence { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between the reports of two devices, whichever they are: a fleet of n reports every n times as long, if that is longer than the report interval of devices. Default: 5 ms, so that 1,000 devices report every 5 s.</summary>
    public TimeSpan ReportSpacing { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether sweeps that the store marks as live continue by themselves when a cluster starts. Default: true; a silo of one sweep alone leaves the others as they are.</summary>
    public bool WakeLiveSweeps { get; set; } = true;

    /// <summary>How often sweeps are looked for that are being removed and whose coordinator died: another one goes on. Default: 60 s.</summary>
    public TimeSpan RemovalInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a submission waits for pictures that are just being removed; then it is refused, to be made again. Default: 10 s, less than callers wait for an answer.</summary>
    public TimeSpan RemovalPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a sweep that has ended is kept; then it is removed, with what only it holds. Null: for good. Default: null.</summary>
    public TimeSpan? KeepEnded { get; set; }

    /// <summary>How often sweeps are looked for that are not kept any more. Default: 1 h.</summary>
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Dates runs and journal entries. Default: the system's.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
