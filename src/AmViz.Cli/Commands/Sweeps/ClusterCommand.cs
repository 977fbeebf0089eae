using AmViz.Cli.Clusters;
using AmViz.Cli.Options;
using AmViz.Cluster.Http;
using Microsoft.Extensions.Logging;

namespace AmViz.Cli.Commands;

/// <summary>A command that talks to a cluster, sooner or later.</summary>
internal abstract class ClusterCommand : AmVizCommand
{
    private const double DefaultPatience = 30;

    private readonly ClusterConnectionOptions _cluster;
    private readonly ApiAccessOptions _api = new();

    private readonly Option<double?> _patience = NumberOption.Real(
        "--patience", "30", "Seconds to try again when the cluster is out of reach, before giving up with exit code 5. Default: 30.");

    protected ClusterCommand(CommandContext context, string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Context = context;
        _cluster = new(context.Settings, mayBeApi: true);
        _cluster.AddTo(this);
        _api.AddTo(this);
        Add(_patience);
        Add(SharedOptions.Json);
    }

    /// <summary>What every command is given.</summary>
    protected CommandContext Context { get; }

    /// <summary>The cluster that is named: the one place where its address decides by which way it is reached.</summary>
    /// <exception cref="UsageException">None is named, or it cannot be.</exception>
    protected INamedCluster Cluster(ParseResult result)
    {
        var patience = Patience(result);
        return _cluster.Address(result) is { } address && ApiAddress.IsMeant(address)
            ? new HttpCluster(ApiOf(result, address) with { Patience = patience }, Context.Time)
            : new RedisCluster(_cluster.Read(result, trouble => Context.Screen.Error.WriteLine($"warning  {trouble}")), patience, Logging(result), Context.NetworksOf, Context.Time);
    }

    private ApiConnection ApiOf(ParseResult result, string address)
    {
        _cluster.RefuseBesideApi(result);
        return _api.Connect(result, _api.Address(result, address));
    }

    private TimeSpan Patience(ParseResult result)
    {
        var seconds = result.GetValue(_patience) ?? DefaultPatience;
        return seconds is >= 0 and <= 86400
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException(FormattableString.Invariant($"--patience: {seconds} is out of range. Expected 0 to 86400 seconds."));
    }

    private static Action<ILoggingBuilder> Logging(ParseResult result)
    {
        // What goes wrong is said once, by the exception; the layers below would say it many times.
        var level = result.GetValue(SharedOptions.Verbose) ? LogLevel.Debug : LogLevel.None;
        return logging => logging.SetMinimumLevel(level).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
