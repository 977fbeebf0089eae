namespace AmViz.Cluster.Grains;

/// <summary>Exponential backoff with jitter: pauses that double up to a limit, each made up to half longer or shorter, so that devices that failed together do not return together.</summary>
/// <remarks>
/// Not a retry pipeline of Polly. Idle polling waits for work, not for a failure to pass, and its pause ends when there is some. A repeated report keeps its number, and is
/// abandoned only between two attempts. Of a picture that cannot be stored, the end of the lease cancels the pause but never the write; a pipeline has one token for both.
/// </remarks>
/// <param name="options">Shortest and longest pause.</param>
internal sealed class Backoff(DeviceAgentOptions options)
{
    private TimeSpan _pause = options.ShortestPause;

    /// <summary>The next pause, 0.5 to 1.5 times the doubled last one.</summary>
    public TimeSpan Next() => Next(options.LongestPause);

    /// <summary>The next pause, with a limit of its own.</summary>
    /// <param name="longest">Before jitter.</param>
    public TimeSpan Next(TimeSpan longest)
    {
        var pause = _pause;
        _pause = Doubled(pause, longest);
        return pause * (0.5 + options.Jitter());
    }

    /// <summary>An attempt has succeeded: the next pause is the shortest again.</summary>
    public void Reset() => _pause = options.ShortestPause;

    /// <summary>Twice the pause, at most <paramref name="longest"/>.</summary>
    public static TimeSpan Doubled(TimeSpan pause, TimeSpan longest) => pause * 2 < longest ? pause * 2 : longest;
}
