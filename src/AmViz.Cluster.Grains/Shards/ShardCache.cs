using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Where shards persist what their next activations begin with: the grain storage of that name, if the silo has one. What fails here costs time and no result.</summary>
internal sealed partial class ShardCache(IServiceProvider services, ILogger<ShardCache> log)
{
    /// <summary>Name of the grain storage.</summary>
    public const string StorageName = "amviz-cache";

    private readonly IGrainStorage? _storage = services.GetKeyedService<IGrainStorage>(StorageName);

    /// <summary>Whether the silo has such a storage.</summary>
    public bool IsThere => _storage is not null;

    /// <summary>The state of a shard under a name; a new one if there is none, or none that can be read, such as one of another version.</summary>
    public async Task<GrainState<T>> LoadAsync<T>(string name, GrainId shard)
        where T : class, new()
    {
        var state = new GrainState<T>(new T());
        try
        {
            await (_storage?.ReadStateAsync(name, shard, state) ?? Task.CompletedTask);
            state.State ??= new();
        }
        catch (Exception e)
        {
            LogNotLoaded(name, shard, e);
            state = new(new T());
        }

        return state;
    }

    /// <summary>Writes the state of a shard.</summary>
    public async Task<CacheWrite> SaveAsync<T>(string name, GrainId shard, GrainState<T> state)
        where T : class, new()
    {
        try
        {
            await (_storage?.WriteStateAsync(name, shard, state) ?? Task.CompletedTask);
            return CacheWrite.Done;
        }
        catch (InconsistentStateException)
        {
            return CacheWrite.Outdated;
        }
        catch (Exception e)
        {
            LogNotSaved(name, shard, e);
            return CacheWrite.Failed;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "State '{Name}' of {Shard} could not be read from the cache; the store and the devices are asked instead.")]
    private partial void LogNotLoaded(string name, GrainId shard, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "State '{Name}' of {Shard} could not be written to the cache; it will be tried again.")]
    private partial void LogNotSaved(string name, GrainId shard, Exception exception);
}

/// <summary>Ends of a write to the cache.</summary>
internal enum CacheWrite
{
    /// <summary>It is written.</summary>
    Done,

    /// <summary>The cache cannot be reached. Whether it was written is unknown.</summary>
    Failed,

    /// <summary>The cache holds something else than was last read or written: another activation writes too, or the answer to the last write was lost.</summary>
    Outdated,
}
