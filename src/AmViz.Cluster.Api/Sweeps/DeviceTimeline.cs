namespace AmViz.Cluster.Api;

/// <summary>What came from a device, stretch by stretch.</summary>
/// <param name="Device">Silo and device; null: all others together.</param>
/// <param name="Rendered">Pictures.</param>
/// <param name="Failed">Channels that ended without a picture.</param>
public sealed record DeviceTimeline(string? Device, int[] Rendered, int[] Failed)
{
    /// <summary>Several as one.</summary>
    internal static DeviceTimeline Sum(IReadOnlyList<DeviceTimeline> devices, int buckets) => new(
        Device: null,
        [.. Enumerable.Range(0, buckets).Select(bucket => devices.Sum(device => device.Rendered[bucket]))],
        [.. Enumerable.Range(0, buckets).Select(bucket => devices.Sum(device => device.Failed[bucket]))]);
}
