namespace AmViz.Cluster.Grains;

/// <summary>Channels of sweeps that were let in and have not entered yet, so that two submissions at once are not both let in where one fits.</summary>
/// <param name="clock">Measures how long a reservation holds.</param>
internal sealed class ReservedWork(TimeProvider clock)
{
    // Longer than a submission takes.
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(30);

    private readonly Dictionary<SweepId, (string Owner, long Channels, long At)> _reserved = [];

    /// <summary>Lets a sweep in if its channels fit.</summary>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="live">The live sweeps.</param>
    public ReservedChannels Reserve(ChannelReservation wanted, IEnumerable<LiveSweep> live)
    {
        foreach (var (sweep, _) in _reserved.Where(one => clock.GetElapsedTime(one.Value.At) > Holds).ToArray())
        {
            _reserved.Remove(sweep);
        }

        var open = live.Where(sweep => sweep.Owner == wanted.Owner && sweep.Id != wanted.Sweep).Sum(sweep => sweep.Left)
            + _reserved.Where(one => one.Value.Owner == wanted.Owner && one.Key != wanted.Sweep).Sum(one => one.Value.Channels);
        var granted = open + wanted.Channels <= wanted.Most;
        if (granted)
        {
            _reserved[wanted.Sweep] = (wanted.Owner, wanted.Channels, clock.GetTimestamp());
        }

        return new(granted, open);
    }

    /// <summary>A sweep has entered: it is counted itself.</summary>
    public void Enter(SweepId sweep) => _reserved.Remove(sweep);
}
