using AmViz.Atlas;
using AmViz.Cli.Computing;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cluster.Http;
using AmViz.Cluster.Silo;
using AmViz.Storage;
using Microsoft.Extensions.Logging;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz run</c>: a whole sweep in this process, from the plan to the atlas. Run again, it goes on.</summary>
internal sealed class RunCommand : AmVizCommand
{
    /// <summary>Logs of the silo down to its leases, on standard error.</summary>
    private static readonly LocalSweepOptions Talkative = new()
    {
        Logging = logging => logging
            .SetMinimumLevel(LogLevel.Debug)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace),
    };

    private readonly CommandContext _context;
    private readonly SweepRequest _request;
    private readonly ComputeOptions _device;
    private readonly CheckpointOptions _checkpoints = new();
    private readonly StoreOptions _store;
    private readonly EstimateOption _estimate = new();

    private readonly Argument<string?> _spec = new("spec")
    {
        Description = "A YAML file that says what to draw (see examples/). Without it, the options say it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public RunCommand(CommandContext context)
        : base(
            "run",
            "Draw every channel of a network, or those you name, and lay them out as an atlas. Run again, it goes on where it was.",
            "amviz run --model texturenet --out out",
            "amviz run --layer conv_pw_5,logits --channels 0-7 --steps 128 --out out",
            "amviz run --layer 'conv_pw_1[0-3]_bn,logits' --out out",
            "amviz run --layer 'all,!*_relu' --channels 0-7 --out out",
            "amviz run --weights DIR --layer logits --channels 301,323,953 --steps 256 --out out",
            "amviz run examples/texturenet.yaml --estimate",
            "amviz run examples/texturenet.yaml --out out --json",
            "amviz run examples/scores.yaml --out out",
            "amviz run examples/texturenet.yaml --store azure:results --out out")
    {
        _context = context;
        _store = new(context.Settings);
        _request = new(context.Settings);
        _device = new(context.Settings);
        Add(_spec);
        _request.AddTo(this);
        _store.AddTo(this);
        _device.AddTo(this);
        _device.AddWorkersTo(this);
        _checkpoints.AddTo(this);
        _estimate.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var store = _store.Choose(result);
        var networks = _context.NetworksOf(store.Blobs);
        var device = _device.Read(result);
        var checkpoints = _checkpoints.Read(result);
        var plan = await _request.PlanAsync(result, result.GetValue(_spec), networks, cancellationToken);
        var asJson = result.GetValue(SharedOptions.Json);
        if (_estimate.IsGiven(result))
        {
            await new EstimateReport(_context.Screen, _context.Engine, _context.Time).WriteAsync(plan, networks, device, store.Blobs, asJson, cancellationToken);
            return ExitCode.Done;
        }

        await store.Blobs.CheckAsync(StoreAccess.Write, cancellationToken);
        await networks.Photographs.PushAsync(store.Blobs, cancellationToken);
        var text = asJson ? _context.Screen.Error : _context.Screen.Output;
        PlanText.Write(text, PlannedSweep.Of(plan), store.Blobs.Name);
        var silo = result.GetValue(SharedOptions.Verbose) ? Talkative : LocalSweepOptions.Default;
        var outcome = await SweepAsync(plan, store.Blobs, networks, device, checkpoints, silo, cancellationToken);
        var atlas = outcome.WasStopped || plan.Work is not null ? null : await SweepAtlas.BuildAsync(plan.Id, store, _context.Screen.Error, cancellationToken);
        var report = new RunReport(plan, store, outcome, atlas);
        await report.WriteTextAsync(text, cancellationToken);
        if (asJson)
        {
            _context.Screen.WriteJson(report.Document);
        }

        return report.ExitCode;
    }

    private async Task<SweepOutcome> SweepAsync(
        SweepPlan plan, IBlobStore store, OpenedNetworks networks, DeviceChoice device, Action<Cluster.Grains.DeviceAgentOptions> checkpoints,
        LocalSweepOptions options, CancellationToken cancellationToken)
    {
        using var opened = new ShownNetworks(networks);
        using var renderers = new Renderers(ComputingRenderer.Around(
            _context.Engine.CreateRenderers(networks.Known, networks.Photographs, device, plan.TaskCount), _context.Engine, device, store, opened));
        var display = RunDisplays.For(_context.Screen, _context.Time);
        var silo = new SiloDefinition { Store = store, Renderers = renderers.All, Devices = checkpoints };
        return await display.ShowAsync(progress => LocalSweep.RunAsync(plan, silo, options, progress, cancellationToken));
    }
}
