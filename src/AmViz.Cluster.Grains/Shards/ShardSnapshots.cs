using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>Persists what one activation of a shard knows for the next one: its progress now and then, leases and faults whenever they change.</summary>
/// <remarks>
/// Two states, since the progress takes five bytes a task, and leases change with every exchange. At most one write of leases is under way and one waits for it, which
/// includes all that has changed meanwhile.
/// </remarks>
internal sealed class ShardSnapshots
{
    /// <summary>Name of the state that holds the <see cref="ShardProgress"/>.</summary>
    public const string ProgressName = "progress";

    /// <summary>Name of the state that holds the <see cref="LeaseTableSnapshot"/>.</summary>
    public const string LeasesName = "lease-table";

    // Another activation writes now and then, not all the time.
    private const int MaxTries = 3;

    private const int NotSaved = -1;

    private readonly ShardCache _cache;
    private readonly GrainId _shard;
    private readonly LeaseOptions _options;
    private GrainState<ShardProgress> _progress = new(new());
    private GrainState<LeaseTableSnapshot> _leases = new(new());
    private bool _isProgressOutdated;
    private bool _isSuperseded;
    private (int Ended, long At) _progressSaved;
    private Task _savingProgress = Task.CompletedTask;
    private int _leasesSaved;
    private long? _leasesSavedAt;
    private Task _savingLeases = Task.CompletedTask;
    private Task? _waiting;

    private ShardSnapshots(ShardCache cache, GrainId shard, LeaseOptions options) => (_cache, _shard, _options) = (cache, shard, options);

    /// <summary>The progress that the last activation persisted; empty if that was of another run or generation.</summary>
    public ShardProgress Progress => _progress.State!;

    /// <summary>The leases and faults that the last activation persisted, under the epoch of this one. Of another run there are none; of a sweep that is not running no leases.</summary>
    public LeaseTableSnapshot Leases => _leases.State!;

    /// <summary>Reads what the last activation of a shard persisted; should that one still be alive, it can persist no leases any more.</summary>
    /// <param name="cache">Where.</param>
    /// <param name="shard">Which.</param>
    /// <param name="options">How leases run.</param>
    /// <param name="tasks">Its tasks.</param>
    /// <param name="admission">Run and generation of the sweep.</param>
    /// <param name="lastEpoch">Of the same activation, if it reads the store again: its tokens must not come twice.</param>
    public static async Task<ShardSnapshots> OpenAsync(
        ShardCache cache, GrainId shard, LeaseOptions options, int tasks, ShardAdmission admission, long lastEpoch = 0)
    {
        var snapshots = new ShardSnapshots(cache, shard, options);
        await snapshots.ClaimLeases(tasks, admission, lastEpoch);
        snapshots._progress = await cache.LoadAsync<ShardProgress>(ProgressName, shard);
        if (!snapshots.Progress.IsOf(tasks, admission))
        {
            snapshots._progress.State = new(tasks, admission);
        }

        return snapshots;
    }

    /// <summary>Saves the progress, if it is time.</summary>
    /// <remarks>To be called only while it is whole: no rows are being written whose part is not in it yet.</remarks>
    public Task SaveProgress()
    {
        var isDue = Progress.EndedCount != _progressSaved.Ended && _options.Clock.GetElapsedTime(_progressSaved.At) >= _options.ProgressInterval;
        return isDue && _savingProgress.IsCompleted && !_isProgressOutdated ? _savingProgress = WriteProgress() : _savingProgress;
    }

    /// <summary>Saves leases and faults, at most once in a <see cref="LeaseOptions.Tick"/>: what changes sooner is for the tick to save, so that the cost goes by the clock and not by the lease.</summary>
    /// <remarks>A shard is dropped once the silo of the device that died is known to be dead, which takes longer than a tick.</remarks>
    public void SaveLeasesSoon(LeaseTable table)
    {
        if (_leasesSavedAt is not { } at || _options.Clock.GetElapsedTime(at) >= _options.Tick)
        {
            _ = SaveLeases(table);
        }
    }

    /// <summary>Saves leases and faults as they are now.</summary>
    /// <returns>Ends when they are saved, or cannot be.</returns>
    public Task SaveLeases(LeaseTable table)
    {
        if (_isSuperseded || !_cache.IsThere || table.Version == _leasesSaved)
        {
            return _savingLeases;
        }

        if (_waiting is null && _savingLeases.IsCompleted)
        {
            return _savingLeases = WriteLeases(table);
        }

        return _waiting ??= WriteLeasesAfter(_savingLeases, table);
    }

    private async Task WriteProgress()
    {
        _progressSaved = (Progress.EndedCount, _options.Clock.GetTimestamp());
        // Another activation of this shard saves its own.
        _isProgressOutdated = await _cache.SaveAsync(ProgressName, _shard, _progress) == CacheWrite.Outdated;
    }

    private async Task WriteLeasesAfter(Task before, LeaseTable table)
    {
        await before;
        _waiting = null;
        await (_savingLeases = WriteLeases(table));
    }

    private async Task WriteLeases(LeaseTable table)
    {
        var runStartedAt = Leases.RunStartedAt;
        for (var tries = 0; tries < MaxTries && !_isSuperseded; tries++)
        {
            (_leasesSaved, _leasesSavedAt) = (table.Version, _options.Clock.GetTimestamp());
            _leases.State = table.Snapshot;
            Leases.RunStartedAt = runStartedAt;
            var write = await _cache.SaveAsync(LeasesName, _shard, _leases);
            if (write == CacheWrite.Done)
            {
                return;
            }

            _leasesSaved = NotSaved;
            if (write == CacheWrite.Failed)
            {
                // The next tick tries again.
                return;
            }

            // The leases of a younger activation are the ones that matter; what an older one saved, or this one without an answer, is out of date.
            _leases = await _cache.LoadAsync<LeaseTableSnapshot>(LeasesName, _shard);
            _isSuperseded = Leases.Epoch > table.Epoch;
        }
    }

    /// <summary>Writes the snapshot again under the epoch of this activation, whereupon an older one that is still alive can write it no more.</summary>
    private async Task ClaimLeases(int tasks, ShardAdmission admission, long lastEpoch)
    {
        var write = CacheWrite.Outdated;
        for (var tries = 0; tries < MaxTries && write == CacheWrite.Outdated; tries++)
        {
            _leases = await _cache.LoadAsync<LeaseTableSnapshot>(LeasesName, _shard);
            var last = Leases;
            // Clocks of two silos differ; epochs grow all the same.
            var claimed = new LeaseTableSnapshot { RunStartedAt = admission.RunStartedAt, Epoch = Math.Max(_options.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Math.Max(last.Epoch, lastEpoch) + 1) };
            if (last.IsOf(tasks, admission.RunStartedAt))
            {
                claimed.Leases = admission.State == SweepState.Running ? last.Leases : [];
                claimed.Faults = last.Faults;
            }

            _leases.State = claimed;
            write = await _cache.SaveAsync(LeasesName, _shard, _leases);
        }
    }
}
