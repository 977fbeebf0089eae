using System.Collections.Concurrent;
using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>The devices of this silo, what each is doing, and the channel tasks in their hands.</summary>
/// <param name="renderers">One a device.</param>
public sealed class LocalDevices(IEnumerable<IChannelRenderer> renderers)
{
    private readonly ConcurrentDictionary<string, DeviceStatus> _statuses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Device, ChannelTaskKey Key), ChannelHandle> _handles = new();

    /// <summary>One a device.</summary>
    public IReadOnlyList<IChannelRenderer> Renderers { get; } = [.. renderers];

    /// <summary>Number of devices.</summary>
    public int Count => Renderers.Count;

    /// <summary>What every device is doing, by name.</summary>
    public IReadOnlyList<DeviceStatus> Statuses => [.. _statuses.Values.OrderBy(status => status.Device, StringComparer.Ordinal)];

    internal void Show(DeviceStatus status) => _statuses[status.Device] = status;

    internal ChannelHandle? Find(string device, ChannelTaskKey key) => _handles.GetValueOrDefault((device, key));

    internal void Put(ChannelTaskKey key, ChannelHandle handle) => _handles[(handle.Attempt.Device, key)] = handle;

    // Only the handle that was put: a later lease of the same task may have taken its place.
    internal void Remove(ChannelTaskKey key, ChannelHandle handle)
        => _handles.TryRemove(new((handle.Attempt.Device, key), handle));
}
