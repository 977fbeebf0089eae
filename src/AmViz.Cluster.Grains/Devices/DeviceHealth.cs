namespace AmViz.Cluster.Grains;

/// <summary>Distinguishes a device that is broken from channels that are, and decides how long it rests from what it cannot draw.</summary>
/// <remarks>
/// A fault says itself that no channel is to blame. Of a crash that is not known, but a device that crashes at everything is broken:
/// one that went on at full speed would quarantine a whole sweep's channels in a minute.
/// </remarks>
/// <param name="options">Pauses and clock.</param>
internal sealed class DeviceHealth(DeviceAgentOptions options)
{
    // Isolating one bad channel in a batch of 32 takes 8 crashes, with successes between them.
    private const int CrashesOfANewDevice = 8;

    // A device that has worked before may meet many bad channels in a row when they are tried again at the end.
    private const int CrashesOfAProvenDevice = 64;

    // One may pass by itself, such as memory that another process held for a moment.
    private const int FaultsOfABrokenDevice = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<FaultArea, Rest> _rests = [];
    private bool _isProven;
    private int _crashesInARow;
    private long _lastCrashAt;
    private TimeSpan _pause;
    private string? _crashed;

    /// <summary>Why the device, or a part of its work, is at rest; null: it draws whatever it leases.</summary>
    public string? Trouble
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return _crashed ?? _rests.Where(rest => rest.Key == FaultArea.Device).Concat(_rests.OrderByDescending(rest => rest.Value.Since))
                    .Select(rest => rest.Value.Error).FirstOrDefault();
            }
        }
    }

    /// <summary>Whether it should lease no work at the moment.</summary>
    public bool MustPause
    {
        get
        {
            lock (_lock)
            {
                return (_crashed is not null && options.Clock.GetElapsedTime(_lastCrashAt) < _pause) || IsOn(FaultArea.Device);
            }
        }
    }

    /// <summary>What it should not lease at the moment, besides <see cref="MustPause"/>.</summary>
    public IReadOnlyList<FaultArea> Avoided
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return [.. _rests.Keys.Where(area => area != FaultArea.Device && IsOn(area))];
            }
        }
    }

    /// <summary>Areas that it remembers.</summary>
    internal int Remembered
    {
        get
        {
            lock (_lock)
            {
                return _rests.Count;
            }
        }
    }

    /// <summary>Whether it counts as broken.</summary>
    /// <param name="isIdle">It draws nothing: then a part of its work that it cannot do is all there is.</param>
    public bool IsBroken(bool isIdle)
    {
        lock (_lock)
        {
            Forget();
            return _crashed is not null || _rests.Any(rest => rest.Value.Count >= FaultsOfABrokenDevice && (isIdle || rest.Key == FaultArea.Device));
        }
    }

    /// <summary>Whether tasks of the shard should wait, or go to others.</summary>
    public bool MustRestFrom(ShardId shard)
    {
        lock (_lock)
        {
            return _rests.Any(rest => rest.Key.Contains(shard) && IsOn(rest.Key));
        }
    }

    /// <summary>A batch of the shard was drawn.</summary>
    public void Succeeded(ShardId shard)
    {
        lock (_lock)
        {
            (_isProven, _crashesInARow, _crashed) = (true, 0, null);
            foreach (var area in _rests.Keys.Where(area => area.Contains(shard)).ToArray())
            {
                _rests.Remove(area);
            }
        }
    }

    /// <summary>A batch failed as a whole.</summary>
    /// <returns>Whether its tasks may be to blame: what happens on a device that counts as broken says nothing of channels.</returns>
    public bool Crashed(string error)
    {
        lock (_lock)
        {
            var mayBlame = _crashed is null;
            _crashesInARow++;
            _lastCrashAt = options.Clock.GetTimestamp();
            if (_crashesInARow >= (_isProven ? CrashesOfAProvenDevice : CrashesOfANewDevice))
            {
                _pause = mayBlame ? options.LongestPause : Backoff.Doubled(_pause, options.LongestRest);
                _crashed = FormattableString.Invariant($"{_crashesInARow} batches in a row failed. The last error: {error}");
            }

            return mayBlame;
        }
    }

    /// <summary>The device, or what it needs, was at fault: it rests from that, longer each time.</summary>
    /// <returns>How long; null: it rests already, and this is the same fault, met by another batch that was on its way.</returns>
    public TimeSpan? Faulted(FaultArea area, string error)
    {
        lock (_lock)
        {
            Forget();
            if (IsOn(area))
            {
                return null;
            }

            var before = _rests.GetValueOrDefault(area);
            var pause = before is null ? options.ShortestPause : Backoff.Doubled(before.Pause, options.LongestRest);
            _rests[area] = new(error, (before?.Count ?? 0) + 1, options.Clock.GetTimestamp(), pause);
            return pause;
        }
    }

    private bool IsOn(FaultArea area) => _rests.TryGetValue(area, out var rest) && options.Clock.GetElapsedTime(rest.Since) < rest.Pause;

    /// <summary>What was not met again for long after its rest, such as a network of a sweep that has ended, is no trouble any more.</summary>
    private void Forget()
    {
        foreach (var area in _rests.Where(rest => options.Clock.GetElapsedTime(rest.Value.Since) > rest.Value.Pause + options.LongestRest).Select(rest => rest.Key).ToArray())
        {
            _rests.Remove(area);
        }
    }

    private sealed record Rest(string Error, int Count, long Since, TimeSpan Pause);
}
