using AmViz.Cli.Options;
using AmViz.Cluster.Client;
using AmViz.Cluster.Silo;
using Microsoft.Extensions.Logging;

namespace AmViz.Cli.Commands;

/// <summary>A command that talks to a cluster, sooner or later.</summary>
internal abstract class ClusterCommand : AmVizCommand
{
    private const double DefaultPatience = 30;

    private readonly ClusterConnectionOptions _cluster;

    private readonly Option<double?> _patience = NumberOption.Real(
        "--patience", "30", "Seconds to try again when the cluster is out of reach, before giving up with exit code 5. Default: 30.");

    protected ClusterCommand(CommandContext context, string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Context = context;
        _cluster = new(context.Settings);
        _cluster.AddTo(this);
        Add(_patience);
        Add(SharedOptions.Json);
    }

    /// <summary>What every command is given.</summary>
    protected CommandContext Context { get; }

    /// <summary>Connects to the cluster that is named.</summary>
    protected Task<ClusterClient> ConnectAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var seconds = result.GetValue(_patience) ?? DefaultPatience;
        if (seconds is < 0 or > 86400)
        {
            throw new UsageException(FormattableString.Invariant($"--patience: {seconds} is out of range. Expected 0 to 86400 seconds."));
        }

        // What goes wrong is said once, by the exception; the layers below would say it many times.
        var level = result.GetValue(SharedOptions.Verbose) ? LogLevel.Debug : LogLevel.None;
        return ClusterClient.ConnectAsync(
            _cluster.Read(result, trouble => Context.Screen.Error.WriteLine($"warning  {trouble}")),
            TimeSpan.FromSeconds(seconds),
            logging => logging.SetMinimumLevel(level).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace),
            Context.Time,
            cancellationToken);
    }
}
