using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Keeps states in memory as Redis does: as bytes, under a tag that every write must know. All silos of a cluster may share it, and it outlives them.</summary>
internal sealed class FakeCacheStorage : IGrainStorage
{
    private readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();
    private readonly ConcurrentDictionary<string, (long Tag, byte[] Data)> _states = new(StringComparer.Ordinal);
    private long _writes;

    /// <summary>What every call fails with; null: they succeed.</summary>
    public Exception? Trouble { get; set; }

    /// <summary>Awaited by every write before it is done.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited by every write after it is done.</summary>
    public Func<Task> AfterWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Writes done so far.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>What is kept under a name, of whichever shard.</summary>
    public T? Find<T>(string name)
        where T : class
        => _states.TryGetValue(name, out var found) ? _serializer.Deserialize<T>(found.Data) : null;

    /// <summary>Keeps something that nobody reads under its tag.</summary>
    public void Plant<T>(string name, T state) => _states[name] = (Interlocked.Increment(ref _writes), _serializer.SerializeToArray(state));

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfInTrouble();
        if (_states.TryGetValue(stateName, out var found))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (_serializer.Deserialize<T>(found.Data), Text(found.Tag), true);
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfInTrouble();
        var data = _serializer.SerializeToArray(grainState.State);
        await BeforeWrite();
        var known = _states.TryGetValue(stateName, out var found) ? Text(found.Tag) : null;
        if (known != grainState.ETag)
        {
            throw new InconsistentStateException("Another one was written meanwhile.", known, grainState.ETag);
        }

        var tag = Interlocked.Increment(ref _writes);
        _states[stateName] = (tag, data);
        await AfterWrite();
        grainState.ETag = Text(tag);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    private static string Text(long tag) => tag.ToString(CultureInfo.InvariantCulture);

    private void ThrowIfInTrouble()
    {
        if (Trouble is { } trouble)
        {
            throw trouble;
        }
    }
}
