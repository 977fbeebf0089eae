namespace AmViz.Cluster.Grains;

/// <summary>Tells a device that is broken from channels that are: the one fails at everything.</summary>
/// <remarks>A broken device that went on at full speed would give up a whole sweep's channels in a minute.</remarks>
/// <param name="options">Pauses and clock.</param>
internal sealed class DeviceHealth(DeviceOptions options)
{
    // Isolating one bad channel in a batch of 32 takes 8 crashes, with successes between them.
    private const int CrashesOfANewDevice = 8;

    // A device that has worked before may meet many bad channels in a row when they are tried again at the end.
    private const int CrashesOfAProvenDevice = 64;

    private readonly Lock _lock = new();
    private bool _isProven;
    private int _crashesInARow;
    private long _lastCrashAt;
    private TimeSpan _pause;

    /// <summary>Why the device counts as broken; null: it does not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether it should take no work at the moment.</summary>
    public bool MustPause
    {
        get
        {
            lock (_lock)
            {
                return Trouble is not null && options.Clock.GetElapsedTime(_lastCrashAt) < _pause;
            }
        }
    }

    /// <summary>A batch was drawn.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            (_isProven, _crashesInARow, Trouble) = (true, 0, null);
        }
    }

    /// <summary>A batch failed as a whole.</summary>
    public void Crashed(string error)
    {
        lock (_lock)
        {
            _crashesInARow++;
            _lastCrashAt = options.Clock.GetTimestamp();
            if (_crashesInARow >= (_isProven ? CrashesOfAProvenDevice : CrashesOfANewDevice))
            {
                _pause = Trouble is null ? options.LongestPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, options.LongestRest.Ticks));
                Trouble = FormattableString.Invariant($"{_crashesInARow} batches in a row failed. The last error: {error}");
            }
        }
    }
}
