namespace AmViz.Cli.Options;

/// <summary><c>--patience</c>: how long a cluster that is out of reach is waited for.</summary>
internal sealed class PatienceOption
{
    private const double Default = 30;

    private const double Most = 86400;

    private readonly Option<double?> _patience = NumberOption.Real(
        "--patience", "30", "Seconds to try again when the cluster is out of reach, before giving up with exit code 5. Default: 30.");

    /// <summary>Puts the option on a command.</summary>
    public void AddTo(Command command) => command.Add(_patience);

    /// <summary>How long.</summary>
    /// <exception cref="UsageException">It is negative, or longer than a day.</exception>
    public TimeSpan Read(ParseResult result)
    {
        var seconds = result.GetValue(_patience) ?? Default;
        return seconds is >= 0 and <= Most
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException(FormattableString.Invariant($"--patience: {seconds} is out of range. Expected 0 to {Most} seconds."));
    }
}
