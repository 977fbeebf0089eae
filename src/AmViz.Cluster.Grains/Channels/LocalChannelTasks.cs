using System.Collections.Concurrent;

namespace AmViz.Cluster.Grains;

/// <summary>The channel tasks that the devices of this silo hold: what their grains answer from.</summary>
/// <remarks>Of a task that two devices hold, since its first lease is late, the younger attempt is found.</remarks>
internal sealed class LocalChannelTasks
{
    private readonly ConcurrentDictionary<ChannelTaskKey, ChannelHandle> _handles = new();

    public ChannelHandle? Find(ChannelTaskKey key) => _handles.GetValueOrDefault(key);

    public void Add(ChannelTaskKey key, ChannelHandle handle) => _handles[key] = handle;

    // Only that handle: a younger attempt may have taken its place.
    public void Remove(ChannelTaskKey key, ChannelHandle handle) => _handles.TryRemove(new(key, handle));
}
