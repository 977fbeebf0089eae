using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AmViz.Benchmarks;

/// <summary><c>AmViz.Benchmarks simulate</c>.</summary>
internal sealed class SimulateCommand : Command
{
    private static readonly SimulationSettings Usual = new();
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    private readonly Option<int> _channels = Default("--channels", "Channel tasks of the sweep.", Usual.Channels);
    private readonly Option<int> _devices = Default("--devices", "Devices.", Usual.Devices);
    private readonly Option<int> _batch = Default("--batch", "Images that a device computes at once.", Usual.Batch);
    private readonly Option<double> _batchSeconds = Default("--batch-seconds", "How long a batch takes in a real cluster.", Usual.BatchSeconds);
    private readonly Option<double> _compress = Default("--compress", "How much faster than in a real cluster time goes.", Usual.Compress);
    private readonly Option<double> _crash = Default("--crash", "Chance of a batch to take its device along.", Usual.Crash);
    private readonly Option<double> _zombie = Default("--zombie", "Chance of a batch to find its device cut off until the lease has ended; it reports late.", Usual.Zombie);
    private readonly Option<double> _straggle = Default("--straggle", "Chance of a batch to take ten times as long.", Usual.Straggle);
    private readonly Option<int> _seed = Default("--seed", "Of all that is left to chance.", Usual.Seed);
    private readonly Option<bool> _inProcess = Default("--in-process", "Coordinator and devices in one process; memory and processor time are then those of both.", value: false);
    private readonly Option<int> _compareTls = Default("--compare-tls", "Rounds, in each of which a part of the channels is drawn over plain TCP and then over mutual TLS, or the other way round; 0: no comparison.", 0);
    private readonly Option<bool> _json = Default("--json", "Print the report as JSON.", value: false);

    public SimulateCommand()
        : base("simulate", "A sweep on the real grains and device agents, in compressed time; only drawing is simulated.")
    {
        foreach (var option in new Option[] { _channels, _devices, _batch, _batchSeconds, _compress, _crash, _zombie, _straggle, _seed, _inProcess, _compareTls, _json })
        {
            Add(option);
        }

        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new SimulationSettings
        {
            Channels = result.GetValue(_channels),
            Devices = result.GetValue(_devices),
            Batch = result.GetValue(_batch),
            BatchSeconds = result.GetValue(_batchSeconds),
            Compress = result.GetValue(_compress),
            Crash = result.GetValue(_crash),
            Zombie = result.GetValue(_zombie),
            Straggle = result.GetValue(_straggle),
            Seed = result.GetValue(_seed),
            Apart = !result.GetValue(_inProcess),
        };
        if (result.GetValue(_compareTls) is var rounds and > 0)
        {
            var comparison = await TlsComparison.RunAsync(settings, rounds, Console.Error.WriteLine, cancellationToken);
            Console.WriteLine(result.GetValue(_json) ? JsonSerializer.Serialize(comparison, Indented) : ReportText.Of(comparison));
            return comparison is { Plain.Wrong: 0, Tls.Wrong: 0 } ? 0 : 1;
        }

        var report = await Simulation.RunAsync(settings, Console.Error.WriteLine, cancellationToken);
        Console.WriteLine(result.GetValue(_json) ? JsonSerializer.Serialize(report, Indented) : ReportText.Of(report));
        return report.Manifest is { Lost: 0, Duplicates: 0 } ? 0 : 1;
    }

    private static Option<T> Default<T>(string name, string description, T value) => new(name) { Description = description, DefaultValueFactory = _ => value };
}

/// <summary><c>AmViz.Benchmarks coordinate</c>: the coordinator's half of a simulation, started by the other half.</summary>
internal sealed class CoordinateCommand : Command
{
    public CoordinateCommand()
        : base("coordinate", "The coordinator's half of a simulation; started by 'simulate'.")
    {
        Hidden = true;
        var folder = new Option<string>("--folder") { Required = true };
        Add(folder);
        SetAction((result, _) => CoordinatorProcess.ServeAsync(result.GetRequiredValue(folder)));
    }
}
