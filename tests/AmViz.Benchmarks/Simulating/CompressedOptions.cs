using AmViz.Cluster.Grains;

namespace AmViz.Benchmarks;

/// <summary>The defaults of a cluster, with every time divided.</summary>
internal static class CompressedOptions
{
    /// <summary>How long a lease lasts without renewal.</summary>
    public static TimeSpan LeaseTime(SimulationSettings settings)
    {
        var leases = new LeaseOptions();
        Apply(settings, leases);
        var batches = settings.Time(settings.BatchSeconds) * leases.BatchesPerLease;
        return batches > leases.Minimum ? batches : leases.Minimum;
    }

    public static void Apply(SimulationSettings settings, LeaseOptions options)
    {
        options.Minimum = settings.Time(options.Minimum);
        options.AdoptionTime = settings.Time(options.AdoptionTime);
        options.MinimumStraggler = settings.Time(options.MinimumStraggler);
        options.Silence = settings.Time(options.Silence);
        options.ShortestWait = settings.Time(options.ShortestWait);
        options.Tick = settings.Time(options.Tick);
    }

    public static void Apply(SimulationSettings settings, SweepOptions options)
    {
        options.Tick = settings.Time(options.Tick);
        options.Silence = settings.Time(options.Silence);
        options.DeviceSilence = settings.Time(options.DeviceSilence);
        options.ReportSpacing = settings.Time(options.ReportSpacing);
    }

    public static void Apply(SimulationSettings settings, DeviceAgentOptions options)
    {
        options.LeaseWork = settings.Time(options.LeaseWork);
        options.ShortestPause = settings.Time(options.ShortestPause);
        options.LongestPause = settings.Time(options.LongestPause);
        options.RenewalCheck = settings.Time(options.RenewalCheck);
        options.RenewalInterval = settings.Time(options.RenewalInterval);
        options.ReportInterval = settings.Time(options.ReportInterval);
        options.ReportPatience = settings.Time(options.ReportPatience);
        options.CheckpointInterval = TimeSpan.Zero;
    }
}
