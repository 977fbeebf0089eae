namespace AmViz.Cli.Options;

/// <summary><c>--checkpoint-interval</c>: how often a long batch is saved.</summary>
internal sealed class CheckpointOptions
{
    // A week; a longer one is a typing error.
    private const double LongestInterval = 7 * 24 * 3600;

    private readonly Option<double?> _interval = NumberOption.Real(
        "--checkpoint-interval", "60", "Seconds on a device after which an unfinished batch is saved, so that a run after a crash goes on from there. 0: never. Default: 60.");

    /// <summary>Puts the option on a command.</summary>
    public void AddTo(Command command) => command.Add(_interval);

    /// <summary>The change of the device options that is asked for.</summary>
    /// <exception cref="UsageException">It is out of range.</exception>
    public Action<Cluster.Grains.DeviceAgentOptions> Read(ParseResult result) => result.GetValue(_interval) switch
    {
        null => _ => { },
        >= 0 and <= LongestInterval and var seconds => devices => devices.CheckpointInterval = TimeSpan.FromSeconds(seconds),
        var other => throw new UsageException($"--checkpoint-interval: {other} is out of range. Expected 0 to {LongestInterval} seconds."),
    };
}
