using AmViz.Cli.Computing;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cli.Specs;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Api;
using AmViz.Cluster.Http;
using AmViz.Cluster.Silo;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using Orleans;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz silo</c>: a silo of a cluster, until it is asked to leave.</summary>
internal sealed class SiloCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly SiloOptions _options;

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
        _options = new(context.Settings);
        _options.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var choice = _options.Read(result, WriteTrouble);
        var networks = _context.NetworksOf(choice.Blobs);
        var plan = choice.Sweep is { } spec ? await SpecReader.Read(spec).PlanAsync(read => networks.PlanAsync(read, cancellationToken)) : null;
        await OpenWeightsAsync(choice.Weights, networks, cancellationToken);
        var api = choice.Coordinates ? ApiOf(choice, networks) : null;
        await using var observatory = await OpenAsync(
            choice.Http with { Role = choice.Role, Pool = choice.Pool, Name = choice.Name, Api = api, Logging = logging => choice.Logging(logging) }, cancellationToken);
        var store = new MeteredBlobStore(choice.Blobs, observatory.Store);
        await store.CheckAsync(StoreAccess.Write, cancellationToken);
        if (api is not null && observatory.Address is not null && plan is null && choice.MakesFirstKey)
        {
            await WriteFirstKeyAsync(new(store, _context.Time), cancellationToken);
        }

        using var instruments = new NetworkInstruments(observatory.Meters);
        using var opened = new ShownNetworks(_context.NetworksOf(store, networks.Local));
        using var renderers = new Renderers(choice.Draws ? ComputingRenderer.Around(CreateRenderers(networks, store, instruments, choice.Device), _context.Engine, choice.Device, store, opened) : []);
        var silo = DefinitionOf(choice, store, renderers.All, networks, observatory, livesForOneSweep: plan is not null);
        var settings = SettingsOf(choice, observatory);
        void OnReady(string address) => WriteReady(address, choice, store.Name, renderers.All);
        if (plan is not null)
        {
            await networks.PushAsync(cancellationToken);
            return await RunErrandAsync(plan, errand => new SiloProcess(silo, settings with { Errand = errand }).RunAsync(OnReady, cancellationToken));
        }

        await new SiloProcess(silo, settings).RunAsync(OnReady, cancellationToken);
        _context.Screen.Output.WriteLine("left");
        return ExitCode.Done;
    }

    private ApiOptions ApiOf(SiloChoice choice, OpenedNetworks networks)
    {
        return new()
        {
            Store = choice.Blobs,
            Planner = own => new RequestPlanner(own, networks.Local, _context.Cache, _context.Time, choice.Draws ? Measured : null),
            Oidc = choice.Issuer,
            Limits = choice.Limits,
        };

        IReadOnlyList<IChannelRenderer> Measured(INetworkSource known, int pictures) => _context.Engine.CreateRenderers(known, networks.Photographs, choice.Device, pictures);
    }

    private SiloDefinition DefinitionOf(
        SiloChoice choice, IBlobStore store, IReadOnlyList<IChannelRenderer> renderers, OpenedNetworks networks, Observatory observatory, bool livesForOneSweep) => new()
    {
        Store = store,
        Renderers = renderers,
        Role = new(choice.Coordinates) { Facts = SiloFacts.Of(renderers, networks, choice.Pool) },
        Cluster = choice.Cluster,
        Observatory = observatory,
        Name = choice.Name,
        AdvertisedAddress = choice.Endpoint.Address,
        SiloPort = choice.Endpoint.SiloPort,
        GatewayPort = choice.Coordinates ? choice.Endpoint.GatewayPort : null,
        Leases = leases => leases.Minimum = _context.Settings.Cluster.LeaseSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : leases.Minimum,
        // Other sweeps of the store belong to other clusters.
        Sweeps = sweeps => (sweeps.WakeLiveSweeps, sweeps.KeepEnded) = (!livesForOneSweep, choice.Keep),
        Devices = choice.Checkpoints + (devices => (devices.DrainBudget, devices.Pool) = (choice.Drain, choice.Pool)),
    };

    private SiloProcessSettings SettingsOf(SiloChoice choice, Observatory observatory) => new()
    {
        DrainBudget = choice.Drain,
        JoinPatience = choice.Patience,
        OnWaiting = why => _context.Screen.Error.WriteLine($"waiting  {why}"),
        Logging = logging => observatory.AddTo(choice.Logging(logging)),
        Time = _context.Time,
    };

    private void WriteTrouble(string trouble) => _context.Screen.Error.WriteLine($"warning  {trouble}");

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
                _context.Screen.Output.WriteLine($"http     {address}  health, metrics{(options.Api is null ? "" : ", api, console")}{(options.Dashboard is null ? "" : ", dashboard")}");
            }

            return observatory;
        }
        catch (HttpPortException e)
        {
            throw new UsageException($"--http-port: {e.Message}");
        }
    }

    private static async Task OpenWeightsAsync(IReadOnlyList<string> weights, OpenedNetworks networks, CancellationToken cancellationToken)
    {
        foreach (var folder in weights)
        {
            await networks.OpenAsync(new() { Weights = folder }, cancellationToken);
        }
    }

    private IReadOnlyList<IChannelRenderer> CreateRenderers(OpenedNetworks networks, IBlobStore store, NetworkInstruments instruments, DeviceChoice device)
        => _context.Engine.CreateRenderers(new StoredNetworks(networks.Local, store, _context.Cache, instruments, _context.Time), networks.Photographs, device, int.MaxValue);

    private async Task WriteFirstKeyAsync(AccessKeys keys, CancellationToken cancellationToken)
    {
        if (await keys.CreateFirstAsync(cancellationToken) is { } first)
        {
            _context.Screen.Output.WriteLine($"key      {first.Text}  opens the API as admin, shown only now: the store had no key. 'amviz keys' makes others and revokes this one");
            _context.Screen.Output.Flush();
        }
    }

    private void WriteReady(string address, SiloChoice choice, string store, IReadOnlyList<IChannelRenderer> renderers)
    {
        var devices = renderers.Count == 0 ? "no device" : string.Join(", ", renderers.GroupBy(renderer => renderer.Device, StringComparer.Ordinal).Select(group => $"{group.Count()} x {group.Key}"));
        _context.Screen.Output.WriteLine($"ready    {address}  {choice.Role}, {devices}  {(choice.Cluster is { } cluster ? $"cluster {cluster.ClusterId} at {cluster.Redis}" : "a cluster of its own")}  store {store}");
        _context.Screen.Output.Flush();
    }
}
