using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Hands in what has ended and fetches leases, one exchange at a time.</summary>
internal sealed partial class DeviceAgent
{
    // Channel grains only tell of the work; one that cannot be reached must not hold it up.
    private static readonly TimeSpan ChannelPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(1);

    private readonly RecentModels _models = new();
    private ShardId? _shard;
    private ShardId? _exhausted;
    private long _lastNumber;

    private async Task PullAsync()
    {
        var pause = _options.ShortestPause;
        try
        {
            while (!(_draining.IsCancellationRequested && _held.IsEmpty))
            {
                if (await PullOnce())
                {
                    pause = _options.ShortestPause;
                    continue;
                }

                if (_held.IsEmpty)
                {
                    Show(status => status with { Shard = null, Images = 0, Step = 0, Steps = 0 });
                }

                // Idle devices hear of a sweep one after the other, and not all at once.
                await _wake.WaitAsync(pause * (0.5 + Phase), _givenUp.Token);
                pause = Doubled(pause, InFleet(_options.LongestPause));
            }
        }
        catch (OperationCanceledException) when (_givenUp.IsCancellationRequested)
        {
            LogGaveUp(Name, _held.Count);
            await ReleaseAll();
        }
        finally
        {
            _toDraw.Writer.TryComplete();
        }
    }

    /// <summary>Hands in what has ended and takes a lease if there is room.</summary>
    /// <returns>Whether anything was handed in or taken.</returns>
    private async Task<bool> PullOnce()
    {
        var ended = TakeEnded();
        if (_mustMove || (_shard is { } drawn && _health.MustRestFrom(drawn)))
        {
            (_mustMove, _shard) = (false, null);
        }

        var isFull = _held.Count - ended.Count >= _options.LeasesHeld;
        var target = _draining.IsCancellationRequested || isFull || _health.MustPause ? null : _shard ?? await FindShard();
        foreach (var reports in ended.GroupBy(lease => lease.Lease.Shard.Id).Where(reports => reports.Key != target))
        {
            await Exchange(reports.Key, [.. reports], want: false);
        }

        return target is { } shard
            ? await Take(shard, [.. ended.Where(lease => lease.Lease.Shard.Id == shard)]) || ended.Count > 0
            : ended.Count > 0;
    }

    /// <summary>Gives the leases back without their rows: that needs no store, and nobody has to wait until they expire.</summary>
    private async Task ReleaseAll()
    {
        try
        {
            await Task.WhenAll(_held.Values.GroupBy(lease => lease.Lease.Shard.Id).Select(leases => _grains
                .GetGrain<ILayerShardGrain>(leases.Key.ToString())
                .Release(Name, [.. leases.Select(lease => lease.Lease.Token)]))).WaitAsync(ReleasePatience);
        }
        catch (Exception e)
        {
            LogNotReleased(Name, e);
        }
    }

    private List<LeaseInHand> TakeEnded()
    {
        var ended = new List<LeaseInHand>();
        while (_ended.TryDequeue(out var lease))
        {
            ended.Add(lease);
        }

        return ended;
    }

    private async Task<bool> Take(ShardId shard, IReadOnlyList<LeaseInHand> ended)
    {
        var reply = await Exchange(shard, ended, want: true);
        if (reply is not { Verdict: ExchangeVerdict.Leased, Leases: { } given })
        {
            // The sweep will not name a shard again that has just refused, so the next one can be asked at once.
            (_shard, _exhausted) = (null, shard);
            return reply is not null;
        }

        (_shard, _worksFor) = (shard, shard.Sweep);
        _models.Use(shard.Model);
        foreach (var lease in given)
        {
            await Take(lease);
        }

        return true;
    }

    private async Task Take(Lease given)
    {
        var lease = new LeaseInHand(given, Name, _abandoned.Token) { RenewedAt = _options.Clock.GetTimestamp(), Span = DeviceSpans.Lease(Name, given) };
        _held[given.Token] = lease;
        _clock.Leases = _held.Count;
        LogLeased(Name, given.Shard.Id, given.Token, given.Tasks.Count);
        await QueueChannels(lease);
        await _toDraw.Writer.WriteAsync(lease);
    }

    /// <summary>Brings the tasks' grains to life, here, where the device is.</summary>
    private async Task QueueChannels(LeaseInHand lease)
    {
        var sweep = lease.Lease.Shard.Id.Sweep;
        try
        {
            await Task.WhenAll(lease.Handles.Select(handle =>
            {
                var key = ChannelTaskKey.Of(sweep, handle.Task);
                _devices.Put(key, handle);
                return _grains.GetGrain<IChannelTaskGrain>(key.ToString()).Run(handle.Attempt);
            })).WaitAsync(ChannelPatience);
        }
        catch (Exception e)
        {
            LogChannelsNotQueued(Name, lease.Lease.Token, e);
        }
    }

    private async Task<ShardId?> FindShard()
    {
        // Told once: told again and again, the shard would never be offered again.
        var exhausted = _exhausted;
        _exhausted = null;
        try
        {
            foreach (var sweep in await FindSweeps())
            {
                var request = new NextShardRequest(Name, _models.Recent, exhausted, _renderer.BatchSize, AvoidedOf(sweep));
                if (await _grains.GetGrain<ISweepGrain>(sweep.Value).NextShard(request) is { } hint && !_health.MustRestFrom(hint.Shard))
                {
                    return hint.Shard;
                }
            }

            _worksFor = null;
            ClusterTrouble(null);
        }
        catch (Exception e)
        {
            ClusterTrouble(e.Message);
            LogNoCoordinator(Name, e);
        }

        return null;
    }

    private AvoidedWork[]? AvoidedOf(SweepId sweep)
        => _health.Avoided is { Count: > 0 } avoided
            ? [.. avoided.Where(area => area.Sweep == sweep && area.Model is not null).Select(area => new AvoidedWork(area.Model!, area.Layer))]
            : null;

    /// <summary>One exchange, repeated under its number until it is answered: whether the first was heard, nobody knows.</summary>
    /// <returns>Null if there is no answer for too long.</returns>
    private async Task<ExchangeReply?> Exchange(ShardId id, IReadOnlyList<LeaseInHand> ended, bool want)
    {
        var grain = _grains.GetGrain<ILayerShardGrain>(id.ToString());
        var request = Request(id, ended, want);
        var started = _options.Clock.GetTimestamp();
        for (var pause = _options.ShortestPause; ; pause = Doubled(pause))
        {
            try
            {
                var reply = await grain.Exchange(request).WaitAsync(_givenUp.Token);
                ClusterTrouble(null);
                HandedIn(ended);
                return reply;
            }
            catch (Exception e)
            {
                // Whatever failed in the last moment, the agent leaves in one way.
                _givenUp.Token.ThrowIfCancellationRequested();
                ClusterTrouble(e.Message);
                LogExchangeFailed(Name, id, e);
            }

            if (_options.Clock.GetElapsedTime(started) > _options.ReportPatience)
            {
                LogNotHandedIn(Name, id, ended.Count);
                HandedIn(ended);
                return null;
            }

            await Task.Delay(pause, _givenUp.Token);
        }
    }

    private ExchangeRequest Request(ShardId id, IReadOnlyList<LeaseInHand> ended, bool want)
    {
        var goingOn = _held.Values.Where(lease => lease.Lease.Shard.Id == id).Except(ended).ToArray();
        var expected = _times.Expected(id);
        return new()
        {
            Device = Name,
            Number = ++_lastNumber,
            Leases = Math.Max(1, _options.LeasesHeld - _held.Count + ended.Count),
            Reports = [.. ended.Select(lease => lease.Report)],
            Held = [.. goingOn.Select(lease => lease.Renewal)],
            Want = want ? _renderer.BatchSize * BatchTimes.BatchesPerLease(expected, _options.LeaseWork, _options.MaxBatchesPerLease) : 0,
            BatchSize = _renderer.BatchSize,
            ExpectedBatch = expected,
            Pool = _options.Pool,
        };
    }

    private void HandedIn(IReadOnlyList<LeaseInHand> ended)
    {
        foreach (var lease in ended)
        {
            _held.TryRemove(lease.Lease.Token, out _);
            foreach (var handle in lease.Handles)
            {
                _devices.Remove(ChannelTaskKey.Of(lease.Lease.Shard.Id.Sweep, handle.Task), handle);
            }

            lease.Dispose();
        }

        _clock.Leases = _held.Count;
    }

    private TimeSpan Doubled(TimeSpan pause) => Doubled(pause, _options.LongestPause);

    private static TimeSpan Doubled(TimeSpan pause, TimeSpan longest) => pause * 2 < longest ? pause * 2 : longest;
}
