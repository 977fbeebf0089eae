using System.Collections.Concurrent;

namespace AmViz.Cluster.Grains;

/// <summary>The devices of this silo, and what each is doing.</summary>
/// <param name="renderers">One a device.</param>
public sealed class LocalDevices(IEnumerable<IChannelRenderer> renderers)
{
    private readonly ConcurrentDictionary<string, DeviceStatus> _statuses = new(StringComparer.Ordinal);

    /// <summary>One a device.</summary>
    public IReadOnlyList<IChannelRenderer> Renderers { get; } = [.. renderers];

    /// <summary>Number of devices.</summary>
    public int Count => Renderers.Count;

    /// <summary>What every device is doing, by name.</summary>
    public IReadOnlyList<DeviceStatus> Statuses => [.. _statuses.Values.OrderBy(status => status.Device, StringComparer.Ordinal)];

    internal void Publish(DeviceStatus status) => _statuses[status.Device] = status;
}
