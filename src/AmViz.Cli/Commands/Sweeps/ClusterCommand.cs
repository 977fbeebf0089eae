using AmViz.Cli.Clusters;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cluster.Http;
using Microsoft.Extensions.Logging;

namespace AmViz.Cli.Commands;

/// <summary>A command that talks to a cluster, sooner or later.</summary>
internal abstract class ClusterCommand : AmVizCommand
{
    private readonly ClusterConnectionOptions _cluster;
    private readonly ApiAccessOptions _api = new();
    private readonly PatienceOption _patience = new();

    protected ClusterCommand(CommandContext context, string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Context = context;
        _cluster = new(context.Settings, mayBeApi: true);
        _cluster.AddTo(this);
        _api.AddTo(this);
        _patience.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <summary>What every command is given.</summary>
    protected CommandContext Context { get; }

    /// <summary>The cluster that is named: the one place where its address decides by which way it is reached.</summary>
    /// <exception cref="UsageException">None is named, or it cannot be.</exception>
    protected INamedCluster Cluster(ParseResult result)
        => Api(result) is { } api ? api
            : new RedisCluster(_cluster.Read(result, trouble => Context.Screen.Error.WriteLine($"warning  {trouble}")), _patience.Read(result), Logging(result), store => Context.NetworksOf(store), Context.Time);

    /// <summary>The cluster that is named, where its address is that of an API; null: it is found by its Redis, or none is named.</summary>
    /// <exception cref="UsageException">It cannot be used.</exception>
    protected HttpCluster? Api(ParseResult result)
        => _cluster.Address(result) is { } address && ApiAddress.IsMeant(address)
            ? new(ApiOf(result, address) with { Patience = _patience.Read(result) }, Context.NetworksOf(store: null), TransferDisplay.On(Context.Screen, Context.Time), Context.Screen.Error, Context.Time)
            : null;

    private ApiConnection ApiOf(ParseResult result, string address)
    {
        _cluster.RefuseBesideApi(result);
        return _api.Connect(result, _api.Address(result, address));
    }

    private static Action<ILoggingBuilder> Logging(ParseResult result)
    {
        // What goes wrong is said once, by the exception; the layers below would say it many times.
        var level = result.GetValue(SharedOptions.Verbose) ? LogLevel.Debug : LogLevel.None;
        return logging => logging.SetMinimumLevel(level).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
