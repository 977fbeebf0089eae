using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cli.Specs;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Api;
using AmViz.Cluster.Client;
using AmViz.Cluster.Http;
using AmViz.Cluster.Silo;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz silo</c>: a silo of a cluster, until it is asked to leave.</summary>
internal sealed class SiloCommand : AmVizCommand
{
    private const string Everything = "all";
    private const string Coordinator = "coordinator";
    private const string Gpu = "gpu";
    private const string Text = "text";
    private const string Json = "json";
    private const double MostSeconds = 86400;
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private readonly CommandContext _context;
    private readonly ClusterConnectionOptions _cluster;
    private readonly ComputeOptions _device;
    private readonly CheckpointOptions _checkpoints = new();
    private readonly StoreOptions _store;
    private readonly EndpointOptions _endpoint = new();
    private readonly HttpOptions _http;
    private readonly IssuerOptions _issuer;
    private readonly LimitOptions _limits = new();

    private readonly Option<string?> _role = WordOption.Create(
        "--role", [Everything, Coordinator, Gpu], "coordinator: sweeps and shards live here; gpu: draws, also on a CPU; all: both. Default: all.");

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

    public SiloCommand(CommandContext context)
        : base(
            "silo",
            "Join a cluster, or be one alone, and work for its sweeps until told to leave (Ctrl-C or SIGTERM).",
            "amviz silo --role coordinator --cluster redis://localhost:6379 --store folder:/data/amviz",
            "amviz silo --role gpu --device cuda:0 --cluster redis://localhost:6379 --store folder:/data/amviz",
            "amviz silo --cluster redis://localhost:6379 --store folder:/data/amviz --workers 2",
            "amviz silo --cluster redis://localhost:6379 --store folder:/data/amviz --sweep examples/texturenet.yaml",
            "amviz silo --http-port 8080 --store folder:/data/amviz")
    {
        _context = context;
        _cluster = new(context.Settings);
        _device = new(context.Settings);
        _http = new(context.Settings);
        _issuer = new(context.Settings);
        _store = new(context.Settings);
        Add(_role);
        _cluster.AddTo(this);
        _store.AddTo(this);
        _device.AddTo(this);
        _device.AddWorkersTo(this);
        _checkpoints.AddTo(this);
        Add(_weights);
        _endpoint.AddTo(this);
        _http.AddTo(this);
        _issuer.AddTo(this);
        _limits.AddTo(this);
        Add(_noFirstKey);
        _keep.AddTo(this);
        Add(_name);
        _pool.AddTo(this);
        Add(_drain);
        Add(_patience);
        Add(_logFormat);
        Add(_sweep);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var role = result.GetValue(_role) ?? Everything;
        // Alone it must do everything.
        var cluster = role == Everything ? _cluster.ReadOptional(result, WriteTrouble) : _cluster.Read(result, WriteTrouble);
        var device = _device.Read(result);
        var checkpoints = _checkpoints.Read(result);
        var endpoint = _endpoint.Read(result);
        var seen = _http.Read(result, WriteTrouble);
        var issuer = _issuer.Read(result);
        var limits = _limits.Read(result);
        var keep = _keep.Read(result);
        var pool = _pool.Read(result) ?? DevicePool.Default;
        var usual = new SiloProcessSettings { Logging = _ => { } };
        var drain = Seconds(result, _drain) ?? usual.DrainBudget;
        var patience = Seconds(result, _patience) ?? usual.JoinPatience;
        var blobs = _store.Open(result);
        var networks = _context.NetworksOf(blobs);
        var plan = result.GetValue(_sweep) is { } spec ? await SpecReader.Read(spec).PlanAsync(read => networks.PlanAsync(read, cancellationToken)) : null;
        var log = Log(result.GetValue(SharedOptions.Verbose), result.GetValue(_logFormat) == Json);
        await OpenWeightsAsync(result, networks, cancellationToken);
        var api = role == Gpu ? null : new ApiOptions
        {
            Store = blobs,
            Planner = own => new RequestPlanner(own, networks.Local, _context.Cache, _context.Time, role == Coordinator ? null : Measured),
            Oidc = issuer,
            Limits = limits,
        };
        IReadOnlyList<IChannelRenderer> Measured(INetworkSource known, int pictures) => _context.Engine.CreateRenderers(known, device, pictures);

        await using var observatory = await OpenAsync(seen with { Role = role, Pool = pool, Name = result.GetValue(_name), Api = api, Logging = logging => log(logging) }, cancellationToken);
        var store = new MeteredBlobStore(blobs, observatory.Store);
        await store.CheckAsync(StoreAccess.Write, cancellationToken);
        if (api is not null && observatory.Address is not null && plan is null && !result.GetValue(_noFirstKey))
        {
            await WriteFirstKeyAsync(new(store, _context.Time), cancellationToken);
        }

        using var instruments = new NetworkInstruments(observatory.Meters);
        using var renderers = new Renderers(role == Coordinator ? [] : CreateRenderers(networks, store, instruments, device));
        var options = new SiloDefinition
        {
            Store = store,
            Renderers = renderers.All,
            Role = new(Coordinates: role != Gpu) { Facts = SiloFacts.Of(renderers.All, networks, pool) },
            Cluster = cluster,
            Observatory = observatory,
            Name = result.GetValue(_name),
            AdvertisedAddress = endpoint.Address,
            SiloPort = endpoint.SiloPort,
            GatewayPort = role == Gpu ? null : endpoint.GatewayPort,
            Leases = leases => leases.Minimum = _context.Settings.Cluster.LeaseSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : leases.Minimum,
            // Other sweeps of the store belong to other clusters.
            Sweeps = sweeps => (sweeps.WakeLiveSweeps, sweeps.KeepEnded) = (plan is null, keep),
            Devices = checkpoints + (devices => (devices.DrainBudget, devices.Pool) = (drain, pool)),
        };
        var settings = new SiloProcessSettings
        {
            DrainBudget = drain,
            JoinPatience = patience,
            OnWaiting = why => _context.Screen.Error.WriteLine($"waiting  {why}"),
            Logging = logging => observatory.AddTo(log(logging)),
            Time = _context.Time,
        };
        void OnReady(string address) => WriteReady(address, role, cluster, store.Name, renderers.All);
        if (plan is not null)
        {
            await networks.PushAsync(cancellationToken);
            return await RunErrandAsync(plan, errand => new SiloProcess(options, settings with { Errand = errand }).RunAsync(OnReady, cancellationToken));
        }

        await new SiloProcess(options, settings).RunAsync(OnReady, cancellationToken);
        _context.Screen.Output.WriteLine("left");
        return ExitCode.Done;
    }

    private void WriteTrouble(string trouble) => _context.Screen.Error.WriteLine($"warning  {trouble}");

    private static TimeSpan? Seconds(ParseResult result, Option<double?> option) => result.GetValue(option) switch
    {
        null => null,
        >= 0 and <= MostSeconds => TimeSpan.FromSeconds(result.GetValue(option)!.Value),
        var seconds => throw new UsageException(FormattableString.Invariant($"{option.Name}: {seconds} is out of range. Expected 0 to {MostSeconds} seconds.")),
    };

    /// <summary>Lives for one sweep.</summary>
    private async Task<int> RunErrandAsync(SweepPlan plan, Func<Func<IGrainFactory, CancellationToken, Task>, Task> live)
    {
        PlanText.Write(_context.Screen.Output, PlannedSweep.Of(plan), "that of the cluster");
        var ended = await new LineDisplay(_context.Screen.Error, new(_context.Time), _context.Time).ShowAsync(async progress =>
        {
            var errand = new SweepErrand(plan, progress, why => _context.Screen.Error.WriteLine($"waiting  {why}"), _context.Time);
            await live(errand.RunAsync);
            return errand.Ended;
        });
        _context.Screen.Output.WriteLine(ended is null ? "left     before the sweep had ended; the same command goes on" : StatusText.Line(ended));
        return ended is null ? ExitCode.Interrupted : SweepWatch.ExitCodeOf(ended);
    }

    private async Task<Observatory> OpenAsync(ObservatoryOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var observatory = await Observatory.StartAsync(options, cancellationToken);
            if (observatory.Address is { } address)
            {
                _context.Screen.Output.WriteLine($"http     {address}  health, metrics{(options.Api is null ? "" : ", api")}{(options.Dashboard is null ? "" : ", dashboard")}");
            }

            return observatory;
        }
        catch (HttpPortException e)
        {
            throw new UsageException($"--http-port: {e.Message}");
        }
    }

    private async Task OpenWeightsAsync(ParseResult result, OpenedNetworks networks, CancellationToken cancellationToken)
    {
        foreach (var folder in result.GetValue(_weights) ?? [])
        {
            await networks.OpenAsync(new() { Weights = folder }, cancellationToken);
        }
    }

    private IReadOnlyList<IChannelRenderer> CreateRenderers(OpenedNetworks networks, IBlobStore store, NetworkInstruments instruments, DeviceChoice device)
        => _context.Engine.CreateRenderers(new StoredNetworks(networks.Local, store, _context.Cache, instruments, _context.Time), device, int.MaxValue);

    private async Task WriteFirstKeyAsync(AccessKeys keys, CancellationToken cancellationToken)
    {
        if (await keys.CreateFirstAsync(cancellationToken) is { } first)
        {
            _context.Screen.Output.WriteLine($"key      {first.Text}  opens the API as admin, shown only now: the store had no key. 'amviz keys' makes others and revokes this one");
            _context.Screen.Output.Flush();
        }
    }

    private void WriteReady(string address, string role, ClusterConnection? cluster, string store, IReadOnlyList<IChannelRenderer> renderers)
    {
        var devices = renderers.Count == 0 ? "no device" : string.Join(", ", renderers.GroupBy(renderer => renderer.Device, StringComparer.Ordinal).Select(group => $"{group.Count()} x {group.Key}"));
        _context.Screen.Output.WriteLine($"ready    {address}  {role}, {devices}  {(cluster is null ? "a cluster of its own" : $"cluster {cluster.ClusterId} at {cluster.Redis}")}  store {store}");
        _context.Screen.Output.Flush();
    }

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
