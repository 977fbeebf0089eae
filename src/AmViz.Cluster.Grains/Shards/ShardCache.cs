using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Where shards keep what their next lives begin with: the grain storage of that name, if the silo has one. What fails here costs time and no result.</summary>
internal sealed partial class ShardCache(IServiceProvider services, ILogger<ShardCache> log)
{
    private readonly IGrainStorage? _storage = services.GetKeyedService<IGrainStorage>(AmVizSiloBuilderExtensions.CacheStorageName);

    /// <summary>Whether anything can be kept.</summary>
    public bool IsThere => _storage is not null;

    /// <summary>What is kept of a shard under a name; a new one if nothing is, or nothing can be read.</summary>
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

    /// <summary>Keeps it.</summary>
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

    [LoggerMessage(1, LogLevel.Debug, "What is kept as '{Name}' of {Shard} could not be read; the store and its devices are asked instead.")]
    private partial void LogNotLoaded(string name, GrainId shard, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "What is to be kept as '{Name}' of {Shard} could not be written; it will be tried again.")]
    private partial void LogNotSaved(string name, GrainId shard, Exception exception);
}

/// <summary>Ends of a write to the cache.</summary>
internal enum CacheWrite
{
    /// <summary>It is kept.</summary>
    Done,

    /// <summary>The cache cannot be reached. Whether it was written, nobody knows.</summary>
    Failed,

    /// <summary>Something else is kept than was last read or written: another activation writes too, or this one was not told of its last write.</summary>
    Outdated,
}
