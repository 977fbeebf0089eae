using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Keeps the memories of shards in the grain storage of that name, if the silo has one. What fails here costs time and nothing else.</summary>
internal sealed partial class ShardCache(IServiceProvider services, ILogger<ShardCache> log)
{
    private const string StateName = "shard";

    private readonly IGrainStorage? _storage = services.GetKeyedService<IGrainStorage>(AmVizSiloBuilderExtensions.CacheStorageName);

    /// <summary>What is kept of a shard.</summary>
    public async Task<GrainState<ShardMemory>> LoadAsync(GrainId shard)
    {
        var state = new GrainState<ShardMemory>(new ShardMemory());
        try
        {
            await (_storage?.ReadStateAsync(StateName, shard, state) ?? Task.CompletedTask);
            state.State ??= new();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotLoaded(shard, e);
            state = new(new ShardMemory());
        }

        return state;
    }

    /// <summary>Keeps it.</summary>
    /// <returns>False if another activation keeps another one: this one is no longer the shard's, or was not told of the last.</returns>
    public async Task<bool> SaveAsync(GrainId shard, GrainState<ShardMemory> state)
    {
        try
        {
            await (_storage?.WriteStateAsync(StateName, shard, state) ?? Task.CompletedTask);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotSaved(shard, e);
            return true;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The memory of {Shard} could not be read; its parts are read instead.")]
    private partial void LogNotLoaded(GrainId shard, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "The memory of {Shard} could not be kept; it will be tried again.")]
    private partial void LogNotSaved(GrainId shard, Exception exception);
}
