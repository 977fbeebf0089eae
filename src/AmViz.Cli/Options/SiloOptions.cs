using System.Net;
using AmViz.Cli.Commands;
using AmViz.Cli.Engine;
using AmViz.Cli.Settings;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Api;
using AmViz.Cluster.Client;
using AmViz.Cluster.Grains;
using AmViz.Cluster.Silo;
using AmViz.Storage;
using Microsoft.Extensions.Logging;

namespace AmViz.Cli.Options;

/// <summary>The options of a silo.</summary>
internal sealed class SiloOptions
{
    private const string Text = "text";
    private const string Json = "json";
    private const double MostSeconds = 86400;
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private readonly ClusterConnectionOptions _cluster;
    private readonly ComputeOptions _device;
    private readonly CheckpointOptions _checkpoints = new();
    private readonly StoreOptions _store;
    private readonly EndpointOptions _endpoint = new();
    private readonly HttpOptions _http;
    private readonly IssuerOptions _issuer;
    private readonly LimitOptions _limits = new();

    private readonly Option<string?> _role = WordOption.Create(
        "--role", [SiloChoice.Everything, SiloChoice.Coordinator, SiloChoice.Gpu], "coordinator: sweeps and shards live here; gpu: draws, also on a CPU; all: both. Default: all.");

    private readonly Option<string?> _name = new("--name") { Description = "Name of the silo in logs. Default: one that is made up.", HelpName = "NAME" };

    private readonly Option<string[]> _weights = ListOption.Texts(
        "--weights", "-w", "DIR", "Weights folders that this silo has at hand; all others are fetched from the store.");

    private readonly PoolOption _pool = new("Pool of this silo's devices; sweeps that are bound to another pool are not drawn here. Default: default.", mayBeAny: false);

    private readonly Option<string?> _sweep = new("--sweep")
    {
        Description = "Submit this spec, work for it together with all other silos of the cluster, and leave when it has ended; the exit code tells how. Default: stay.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _noFirstKey = new("--no-first-key") { Description = "Make no admin key for the API where the store has no key at all; see 'amviz keys create'." };

    private readonly LifetimeOption _keep = new("How long a sweep that has ended is kept; then it is removed with what only it holds. On every coordinator of a cluster. Default: for good.", "--keep-sweeps");

    private readonly Option<string?> _logFormat = WordOption.Create("--log-format", [Text, Json], "json: a JSON object a line, with the ids of sweep, layer and lease as fields. Default: text.");

    private readonly Option<double?> _drain = NumberOption.Real(
        "--drain-budget", "20", "Seconds that batches may go on after the silo was told to leave; the rest is saved and given back. Default: 5.");

    private readonly Option<double?> _patience = NumberOption.Real(
        "--join-patience", "600", "Seconds to look for the cluster before exit code 5. Default: 180.");

    /// <summary>Makes them.</summary>
    /// <param name="settings">What they default to.</param>
    public SiloOptions(AmVizSettings settings)
    {
        _cluster = new(settings);
        _device = new(settings);
        _http = new(settings);
        _issuer = new(settings);
        _store = new(settings);
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_role);
        _cluster.AddTo(command);
        _store.AddTo(command);
        _device.AddTo(command);
        _device.AddWorkersTo(command);
        _checkpoints.AddTo(command);
        command.Add(_weights);
        _endpoint.AddTo(command);
        _http.AddTo(command);
        _issuer.AddTo(command);
        _limits.AddTo(command);
        command.Add(_noFirstKey);
        _keep.AddTo(command);
        command.Add(_name);
        _pool.AddTo(command);
        command.Add(_drain);
        command.Add(_patience);
        command.Add(_logFormat);
        command.Add(_sweep);
    }

    /// <summary>What they say.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="onTrouble">Told what may go wrong later.</param>
    /// <exception cref="UsageException">They contradict each other, or one is out of range.</exception>
    public SiloChoice Read(ParseResult result, Action<string> onTrouble)
    {
        var role = result.GetValue(_role) ?? SiloChoice.Everything;
        var usual = new SiloProcessSettings { Logging = _ => { } };
        return new()
        {
            Role = role,
            // Alone it must do everything.
            Cluster = role == SiloChoice.Everything ? _cluster.ReadOptional(result, onTrouble) : _cluster.Read(result, onTrouble),
            Device = _device.Read(result),
            Checkpoints = _checkpoints.Read(result),
            Endpoint = _endpoint.Read(result),
            Http = _http.Read(result, onTrouble),
            Issuer = _issuer.Read(result),
            Limits = _limits.Read(result),
            Keep = _keep.Read(result),
            Name = result.GetValue(_name),
            Pool = _pool.Read(result) ?? DevicePool.Default,
            Drain = Seconds(result, _drain) ?? usual.DrainBudget,
            Patience = Seconds(result, _patience) ?? usual.JoinPatience,
            Blobs = _store.Open(result),
            Weights = result.GetValue(_weights) ?? [],
            Sweep = result.GetValue(_sweep),
            MakesFirstKey = !result.GetValue(_noFirstKey),
            Logging = Log(result.GetValue(SharedOptions.Verbose), result.GetValue(_logFormat) == Json),
        };
    }

    private static TimeSpan? Seconds(ParseResult result, Option<double?> option) => result.GetValue(option) switch
    {
        null => null,
        >= 0 and <= MostSeconds => TimeSpan.FromSeconds(result.GetValue(option)!.Value),
        var seconds => throw new UsageException(FormattableString.Invariant($"{option.Name}: {seconds} is out of range. Expected 0 to {MostSeconds} seconds.")),
    };

    private static Func<ILoggingBuilder, ILoggingBuilder> Log(bool verbose, bool asJson) => logging =>
    {
        (verbose ? SiloLogging.WithOrleans(logging) : logging).SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information);
        if (asJson)
        {
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, Timestamp));
        }
        else
        {
            logging.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, Timestamp + " "));
        }

        return logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    };
}
