namespace AmViz.Benchmarks;

/// <summary>What is simulated. Times are those of the real cluster; <see cref="Compress"/> divides them all.</summary>
public sealed record SimulationSettings
{
    /// <summary>Channel tasks of the sweep.</summary>
    public int Channels { get; init; } = 1_000_000;

    /// <summary>Devices.</summary>
    public int Devices { get; init; } = 1_000;

    /// <summary>Images that a device computes at once.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>How long a batch takes, in seconds; a tenth more or less by chance.</summary>
    public double BatchSeconds { get; init; } = 30;

    /// <summary>How much faster than in reality time goes.</summary>
    public double Compress { get; init; } = 10;

    /// <summary>Chance of a batch to take its device along: everything the device holds is lost, another one starts <see cref="RestartSeconds"/> later.</summary>
    public double Crash { get; init; }

    /// <summary>Chance that a device is cut off while it draws a batch, until its lease has ended, and reports late.</summary>
    public double Zombie { get; init; }

    /// <summary>Chance of a batch to take ten times as long.</summary>
    public double Straggle { get; init; }

    /// <summary>How long it takes until a crashed device is replaced, in seconds.</summary>
    public double RestartSeconds { get; init; } = 30;

    /// <summary>Of all that is left to chance.</summary>
    public int Seed { get; init; }

    /// <summary>Channels of a layer; two pictures are drawn of each.</summary>
    public int ChannelsPerLayer { get; init; } = 2_000;

    /// <summary>Whether the coordinator is a process of its own, reached over TCP, whose memory and processor time are measured apart.</summary>
    public bool Apart { get; init; } = true;

    /// <summary>Folder with the certificates by which devices and coordinator prove themselves to each other; null: they speak plain TCP.</summary>
    public string? Certificates { get; init; }

    /// <summary>A time of the real cluster, as long as it is here.</summary>
    public TimeSpan Time(double realSeconds) => TimeSpan.FromSeconds(realSeconds / Compress);

    /// <summary>A time of the real cluster, as long as it is here.</summary>
    public TimeSpan Time(TimeSpan real) => real / Compress;
}
