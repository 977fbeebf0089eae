using System.Globalization;
using AmViz.Cli.Neighbours;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz bench</c>: how fast this device draws, beside what it can do at all.</summary>
internal sealed class BenchCommand : AmVizCommand
{
    private const string DefaultLayer = "conv_pw_6";
    private const int DefaultSteps = 30;

    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly RecipeOptions _recipe = new();
    private readonly ComputeOptions _device;
    private readonly Option<string?> _layer = new("--layer") { Description = $"Layer to draw. Default: {DefaultLayer}.", HelpName = "L" };

    private readonly Option<bool> _responses = new("--responses") { Description = "Instead: how fast 'amviz respond' is beside the network alone. --layer may then stand for many layers." };

    private readonly Option<int?> _neighbours = NumberOption.Whole("--neighbours", "100000", "Instead: which share of the nearest channels the index of 'amviz neighbours' finds among N made-up ones, and how fast.");

    public BenchCommand(CommandContext context)
        : base(
            "bench",
            $"Measure steps a second and arithmetic against this device's matrix-product ceiling, by {DefaultSteps} steps.",
            "amviz bench",
            "amviz bench --weights DIR --layer conv_pw_6 --steps 128 --transforms jitter --json",
            "amviz bench --responses --layer default",
            "amviz bench --neighbours 100000")
    {
        _context = context;
        _network = new(context.Settings);
        _device = new(context.Settings);
        _network.AddWithStoreTo(this);
        Add(_layer);
        Add(_responses);
        Add(_neighbours);
        _recipe.AddTo(this);
        _device.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        if (result.GetValue(_neighbours) is { } channels)
        {
            await MeasureNeighboursAsync(channels, result.GetValue(SharedOptions.Json), cancellationToken);
            return ExitCode.Done;
        }

        var networks = _context.NetworksOf(_network.Store(result));
        var selection = _network.Select(result) with { Layers = [new(result.GetValue(_layer) ?? DefaultLayer)] };
        var spec = new SweepSpec { Models = [selection], Recipe = Recipes.Paper with { Steps = DefaultSteps } };
        var plan = await networks.PlanAsync(_recipe.Apply(result, spec), cancellationToken);
        if (result.GetValue(_responses))
        {
            var source = await networks.OpenAsync(selection, cancellationToken);
            Write(_context.Engine.MeasureResponses(source, [.. plan.Layers.Select(one => one.Layer)], _device.Read(result), cancellationToken), result.GetValue(SharedOptions.Json));
            return ExitCode.Done;
        }

        var layer = plan.Layers.Count == 1
            ? plan.Layers[0]
            : throw new UsageException($"--layer: '{result.GetValue(_layer)}' stands for {plan.Layers.Count} layers, '{plan.Layers[0].Layer}' to '{plan.Layers[^1].Layer}'. Name one; 'amviz run' draws many.");
        var measured = _context.Engine.Measure(await networks.OpenAsync(selection, cancellationToken), layer.Layer, plan.RecipeFor(layer), _device.Read(result), cancellationToken);
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(measured);
            return ExitCode.Done;
        }

        var output = _context.Screen.Output;
        output.WriteLine($"{measured.Model}/{measured.Layer}  {measured.Size} px, batch {measured.Batch}, {measured.Device}, threads {measured.Threads}, {measured.Steps} steps");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step                {measured.StepMilliseconds,8:0.00} ms"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"processor time      {measured.CpuMillisecondsPerChannelStep,8:0.00} ms a channel-step"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"channel-steps       {measured.ChannelStepsPerSecond,8:0.0} a second"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"arithmetic          {measured.GflopsPerSecond,8:0.0} GFLOP/s of {measured.CeilingGflopsPerSecond:0.0}"));
        return ExitCode.Done;
    }

    private async Task MeasureNeighboursAsync(int channels, bool json, CancellationToken cancellationToken)
    {
        if (channels < NeighbourBenchmark.FewestChannels)
        {
            throw new UsageException($"--neighbours: {channels} is out of range. Expected at least {NeighbourBenchmark.FewestChannels} channels.");
        }

        var measured = await DrawingDisplay.ShowAsync(
            _context.Screen, _context.Time, (Action<double> report) => Task.Run(() => NeighbourBenchmark.Measure(channels, report, cancellationToken), cancellationToken));
        if (json)
        {
            _context.Screen.WriteJson(measured);
            return;
        }

        var output = _context.Screen.Output;
        output.WriteLine($"made up  {measured.Channels} channels around {measured.Clusters} centres, {measured.Photographs} photographs, {measured.Count} nearest");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"index               {measured.Seconds,8:0.0} s"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"recall              {measured.Recall,8:0.000}"));
    }

    private void Write(ResponseBenchmarkResult measured, bool json)
    {
        if (json)
        {
            _context.Screen.WriteJson(measured);
            return;
        }

        var output = _context.Screen.Output;
        output.WriteLine($"{measured.Model}  {measured.Layers} layers, {measured.Channels} channels, batch {measured.Batch}, {measured.Device}, threads {measured.Threads}, {measured.Photographs} photographs");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"network alone       {measured.PlainMilliseconds,8:0.00} ms of processor time a photograph"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"responses           {measured.PassMilliseconds,8:0.00} ms"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio               {measured.Ratio,8:0.00}"));
    }
}
