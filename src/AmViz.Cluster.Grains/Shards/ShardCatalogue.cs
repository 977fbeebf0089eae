using System.Collections.Concurrent;
using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>The shards of sweeps, each plan read once a silo and not once a shard. A plan never changes: its id is its hash.</summary>
/// <param name="sweeps">Where plans lie.</param>
internal sealed class ShardCatalogue(SweepStore sweeps)
{
    // A silo seldom has shards of more sweeps at a time; to read a plan again costs little.
    private const int MaxPlans = 8;

    private readonly ConcurrentDictionary<SweepId, Task<IReadOnlyDictionary<ShardId, Shard>>> _plans = new();

    /// <summary>Finds a shard.</summary>
    /// <returns>Null if it is not part of a sweep in the store.</returns>
    public async Task<Shard?> FindAsync(ShardId id)
    {
        if (_plans.Count >= MaxPlans && !_plans.ContainsKey(id.Sweep))
        {
            _plans.Clear();
        }

        var plan = _plans.GetOrAdd(id.Sweep, sweep => Task.Run(() => ReadAsync(sweep)));
        IReadOnlyDictionary<ShardId, Shard>? shards = null;
        try
        {
            shards = await plan;
        }
        finally
        {
            if (shards is not { Count: > 0 })
            {
                _plans.TryRemove(new(id.Sweep, plan));
            }
        }

        return shards.GetValueOrDefault(id);
    }

    private async Task<IReadOnlyDictionary<ShardId, Shard>> ReadAsync(SweepId sweep)
        => (await sweeps.ReadPlanAsync(sweep, CancellationToken.None))?.Shards().ToDictionary(shard => shard.Id) ?? [];
}
