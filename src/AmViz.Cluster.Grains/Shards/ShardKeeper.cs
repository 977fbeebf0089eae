using AmViz.Cluster.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>Keeps what one life of a shard knows for the next one: what is done now and then, leases and troubles whenever they change.</summary>
/// <remarks>
/// Two states, since what is done takes six bytes a task, and leases change with every exchange. At most one write of leases is on its way and one waits for it, which
/// takes along all that has changed meanwhile.
/// </remarks>
internal sealed class ShardKeeper
{
    /// <summary>Name of the state that holds the <see cref="ShardMemory"/>.</summary>
    public const string MemoryName = "shard";

    /// <summary>Name of the state that holds the <see cref="ShardLeases"/>.</summary>
    public const string LeasesName = "leases";

    // Another life writes now and then, not all the time.
    private const int MaxTries = 3;

    private const int NotKept = -1;

    private readonly ShardCache _cache;
    private readonly GrainId _shard;
    private readonly LeaseOptions _options;
    private GrainState<ShardMemory> _memory = new(new());
    private GrainState<ShardLeases> _leases = new(new());
    private bool _hasOtherMemory;
    private bool _isOutlived;
    private (int Done, long At) _memoryKept;
    private Task _keepingMemory = Task.CompletedTask;
    private int _leasesKept;
    private long? _leasesKeptAt;
    private Task _keepingLeases = Task.CompletedTask;
    private Task? _waiting;

    private ShardKeeper(ShardCache cache, GrainId shard, LeaseOptions options) => (_cache, _shard, _options) = (cache, shard, options);

    /// <summary>What the last life kept of what is done; of another run it is empty.</summary>
    public ShardMemory Memory => _memory.State!;

    /// <summary>The leases and troubles that the last life kept, under the epoch of this one. Of another run there are none; of a sweep that is not running no leases.</summary>
    public ShardLeases Leases => _leases.State!;

    /// <summary>Reads what the last life of a shard kept; should that one still be alive, it can keep no leases any more.</summary>
    /// <param name="cache">Where.</param>
    /// <param name="shard">Which.</param>
    /// <param name="options">How leases run.</param>
    /// <param name="tasks">Its tasks.</param>
    /// <param name="admission">What the sweep says.</param>
    /// <param name="lastEpoch">Of the same activation, if it reads the store again: its tokens must not come twice.</param>
    public static async Task<ShardKeeper> OpenAsync(
        ShardCache cache, GrainId shard, LeaseOptions options, int tasks, ShardAdmission admission, long lastEpoch = 0)
    {
        var keeper = new ShardKeeper(cache, shard, options);
        await keeper.ClaimLeases(tasks, admission, lastEpoch);
        keeper._memory = await cache.LoadAsync<ShardMemory>(MemoryName, shard);
        if (!keeper.Memory.IsOf(tasks, admission))
        {
            keeper._memory.State = ShardMemory.Empty(tasks, admission);
        }

        return keeper;
    }

    /// <summary>Keeps what is done, if it is time.</summary>
    public Task KeepMemory(ShardState state)
    {
        var isDue = state.Table.DoneCount != _memoryKept.Done && _options.Clock.GetElapsedTime(_memoryKept.At) >= _options.KeptEvery;
        return isDue && _keepingMemory.IsCompleted && !_hasOtherMemory && !state.IsWriting ? _keepingMemory = SaveMemory(state) : _keepingMemory;
    }

    /// <summary>Keeps leases and troubles, at most once in a <see cref="LeaseOptions.Tick"/>: what changes sooner is for the tick to keep, so that the cost goes by the clock and not by the lease.</summary>
    /// <remarks>A shard is dropped once the silo of the device that died is known to be dead, which takes longer than a tick.</remarks>
    public void KeepLeasesSoon(LeaseTable table)
    {
        if (_leasesKeptAt is not { } at || _options.Clock.GetElapsedTime(at) >= _options.Tick)
        {
            _ = KeepLeases(table);
        }
    }

    /// <summary>Keeps leases and troubles as they are now.</summary>
    /// <returns>Ends when they are kept, or cannot be.</returns>
    public Task KeepLeases(LeaseTable table)
    {
        if (_isOutlived || !_cache.IsThere || table.Version == _leasesKept)
        {
            return _keepingLeases;
        }

        if (_waiting is null && _keepingLeases.IsCompleted)
        {
            return _keepingLeases = SaveLeases(table);
        }

        return _waiting ??= SaveLeasesAfter(_keepingLeases, table);
    }

    private async Task SaveMemory(ShardState state)
    {
        _memoryKept = (state.Table.DoneCount, _options.Clock.GetTimestamp());
        _memory.State = state.Memory;
        // Another life of this shard keeps its own.
        _hasOtherMemory = await _cache.SaveAsync(MemoryName, _shard, _memory) == CacheWrite.Outdated;
    }

    private async Task SaveLeasesAfter(Task before, LeaseTable table)
    {
        await before;
        _waiting = null;
        await (_keepingLeases = SaveLeases(table));
    }

    private async Task SaveLeases(LeaseTable table)
    {
        var runStartedAt = Leases.RunStartedAt;
        for (var tries = 0; tries < MaxTries && !_isOutlived; tries++)
        {
            (_leasesKept, _leasesKeptAt) = (table.Version, _options.Clock.GetTimestamp());
            _leases.State = new() { RunStartedAt = runStartedAt, Epoch = table.Epoch, Leases = table.KeptLeases, Troubles = table.Troubles };
            var write = await _cache.SaveAsync(LeasesName, _shard, _leases);
            if (write == CacheWrite.Done)
            {
                return;
            }

            _leasesKept = NotKept;
            if (write == CacheWrite.Failed)
            {
                // The next tick tries again.
                return;
            }

            // A younger life is the one whose leases matter; what an older one kept, or this one without being told, is out of date.
            _leases = await _cache.LoadAsync<ShardLeases>(LeasesName, _shard);
            _isOutlived = Leases.Epoch > table.Epoch;
        }
    }

    /// <summary>Writes what is kept again under an epoch of this life, whereupon an older one that is still alive has no say any more.</summary>
    private async Task ClaimLeases(int tasks, ShardAdmission admission, long lastEpoch)
    {
        var write = CacheWrite.Outdated;
        for (var tries = 0; tries < MaxTries && write == CacheWrite.Outdated; tries++)
        {
            _leases = await _cache.LoadAsync<ShardLeases>(LeasesName, _shard);
            var kept = Leases;
            // Clocks of two silos differ; epochs grow all the same.
            var claimed = new ShardLeases { RunStartedAt = admission.RunStartedAt, Epoch = Math.Max(_options.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Math.Max(kept.Epoch, lastEpoch) + 1) };
            if (kept.IsOf(tasks, admission.RunStartedAt))
            {
                claimed.Leases = admission.State == SweepState.Running ? kept.Leases : [];
                claimed.Troubles = kept.Troubles;
            }

            _leases.State = claimed;
            write = await _cache.SaveAsync(LeasesName, _shard, _leases);
        }
    }
}
