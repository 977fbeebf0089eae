using AmViz.Cli.Neighbours;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz neighbours</c>: which channels are alike.</summary>
internal sealed class NeighboursCommand : AmVizCommand
{
    private const int DefaultCount = 5;
    private const int MostNeighbours = 100;

    private readonly CommandContext _context;
    private readonly StoreOptions _store;
    private readonly ComparedNetworkOptions _networks;
    private readonly ComputeOptions _device;

    private readonly Argument<string[]> _sweeps = new("sweep")
    {
        Description = "With --by picture: ids of sweeps, as 'run' prints them. One: its channels among themselves. Several: the channels of each with those of each other. Not needed where the store has one that draws pictures.",
        HelpName = "SWEEP[,SWEEP..]",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => result.Items(),
        DefaultValueFactory = _ => [],
    };

    private readonly Option<NeighbourBasis?> _by = WordOption.Create<NeighbourBasis>("--by", "By what channels are compared: what they respond to photographs ('amviz respond'), the weights that make them, or the pictures that 'amviz run' drew for them. Default: responses.");
    private readonly Option<string[]> _passes = ListOption.Texts("--pass", "--passes", "ID[,ID..]", "With --by responses: passes, as 'amviz respond' names them. One: its channels among themselves. Several: the channels of each with those of each other, also of other networks. Default: the only one that has finished.");
    private readonly Option<string?> _judge = JudgeOption.Create("With --by picture: the network that sees the pictures", " Default: the network that they were drawn for.");
    private readonly Option<string[]> _layers = ListOption.Texts("--layer", "--layers", "L[,L..]", "Layers whose channels are compared. Default: all of the passes or sweeps; with --by weights those that are drawn by default.");
    private readonly Option<int?> _count = NumberOption.Whole("--count", "5", $"Nearest channels that are told of each, in each other pass, sweep or network; 1 to {MostNeighbours}. Default: {DefaultCount}.");
    private readonly Option<bool> _exact = new("--exact") { Description = $"Compare all pairs also beyond {ExactSearch.MostChannels} channels, where otherwise an index is used." };

    public NeighboursCommand(CommandContext context)
        : base(
            "neighbours",
            "Find channels that are alike by responses to photographs, by weights or by pictures, within a network or across networks.",
            "amviz neighbours --out out",
            "amviz neighbours --layer conv_pw_5_bn,conv_pw_11_bn -k 10 --out out",
            "amviz neighbours --pass 0123456789abcdef,fedcba9876543210 --out out --json",
            "amviz neighbours --by picture --judge texturevit --out out",
            "amviz neighbours 0123456789abcdef,fedcba9876543210 --by picture --judge DIR --out out",
            "amviz neighbours --by weights --weights epoch10,epoch90 --layer conv_pw_5_bn --out out")
    {
        _context = context;
        (_store, _networks, _device) = (new(context.Settings), new(context.Settings), new(context.Settings));
        _count.Aliases.Add("-k");
        Add(_sweeps);
        Add(_by);
        _store.AddTo(this);
        Add(_passes);
        Add(_networks.Models);
        Add(_networks.Weights);
        Add(_judge);
        Add(_layers);
        Add(_count);
        Add(_exact);
        _device.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var begin = _context.Time.GetTimestamp();
        var count = (result.GetValue(_count) ?? DefaultCount) is var wanted and >= 1 and <= MostNeighbours
            ? wanted
            : throw new UsageException($"--count: {result.GetValue(_count)} is out of range. Expected 1 to {MostNeighbours}.");
        var chosen = _store.Choose(result);
        var comparison = await ChooseAsync(result, chosen, cancellationToken);
        await chosen.Blobs.CheckAsync(StoreAccess.Write, cancellationToken);

        var run = new NeighbourRun(chosen.Blobs, comparison, count, result.GetValue(_exact));
        var there = await new NeighbourStore(chosen.Blobs).ReadSummaryAsync(run.Id, cancellationToken);
        var summary = there ?? await DrawingDisplay.ShowAsync(_context.Screen, _context.Time, "reading", report => Task.Run(() => run.RunAsync(report, cancellationToken), cancellationToken));
        var table = chosen.Locate(ResultLayout.NeighbourTable(summary.Search));
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(new NeighbourDocument(table, there is not null, Math.Round(_context.Time.GetElapsedTime(begin).TotalSeconds, 3), summary));
            return ExitCode.Done;
        }

        NeighbourReport.Write(_context.Screen, summary, table);
        return ExitCode.Done;
    }

    private async Task<IComparison> ChooseAsync(ParseResult result, ChosenStore chosen, CancellationToken cancellationToken)
    {
        var (basis, layers) = (result.GetValue(_by) ?? NeighbourBasis.Responses, result.GetValue(_layers)!);
        RefuseOthers(result, basis);
        switch (basis)
        {
            case NeighbourBasis.Weights:
                var networks = _context.NetworksOf(chosen.Blobs);
                var sources = new List<NetworkSource>();
                foreach (var selection in _networks.Select(result))
                {
                    sources.Add(await networks.OpenAsync(selection, cancellationToken));
                }

                return WeightChoice.Choose(_context.Engine, sources, layers, note => _context.Screen.WriteNotes([note]));
            case NeighbourBasis.Picture:
                var device = _device.Read(result);
                var sweeps = await ChosenSweep.ChooseAsync(chosen, result.GetValue(_sweeps)!, layers, cancellationToken);
                var judge = await OpenJudgeAsync(result, chosen, sweeps, cancellationToken);
                return new PictureComparison(chosen.Blobs, sweeps, judge.Description, () => _context.Engine.CreateResponders(judge, device, 1)[0]);
            default:
                return new ResponseComparison(chosen.Blobs, await ChosenPass.ChooseAsync(chosen, result.GetValue(_passes)!, layers, cancellationToken));
        }
    }

    private async Task<NetworkSource> OpenJudgeAsync(ParseResult result, ChosenStore chosen, IReadOnlyList<ChosenSweep> sweeps, CancellationToken cancellationToken)
    {
        var networks = _context.NetworksOf(chosen.Blobs);
        return result.GetValue(_judge) is { } named
            ? await networks.OpenAsync(NamedNetwork.Of(named), cancellationToken)
            : await DrawnNetwork.OpenAsync(networks, sweeps, cancellationToken);
    }

    // Options that mean nothing to a basis would be passed over in silence.
    private void RefuseOthers(ParseResult result, NeighbourBasis basis)
    {
        (string Name, NeighbourBasis Basis, bool IsGiven)[] options =
        [
            ("The id of a sweep", NeighbourBasis.Picture, result.GetValue(_sweeps)!.Length > 0),
            ("--judge", NeighbourBasis.Picture, result.GetValue(_judge) is not null),
            ("--device, --threads or --batch", NeighbourBasis.Picture, _device.AreGiven(result)),
            ("--pass", NeighbourBasis.Responses, result.GetValue(_passes)!.Length > 0),
            ("--model", NeighbourBasis.Weights, result.GetValue(_networks.Models)!.Length > 0),
            ("--weights", NeighbourBasis.Weights, result.GetValue(_networks.Weights)!.Length > 0),
        ];
        string[] problems = [.. options.Where(option => option.IsGiven && option.Basis != basis).Select(option => $"{option.Name} has a meaning with --by {Word(option.Basis)} only; here channels are compared by {Word(basis)}. Leave it out, or give --by {Word(option.Basis)}.")];
        if (problems.Length > 0)
        {
            throw new UsageException(problems);
        }
    }

    private static string Word(NeighbourBasis basis) => basis.ToString().ToLowerInvariant();
}

/// <summary>The document of <c>amviz neighbours --json</c>.</summary>
/// <param name="Table">Path of <c>neighbours.parquet</c>.</param>
/// <param name="WasThere">Whether nothing had to be computed.</param>
/// <param name="Seconds">Time from the command line to the result.</param>
/// <param name="Summary">What <c>neighbours.json</c> says.</param>
internal sealed record NeighbourDocument(string Table, bool WasThere, double Seconds, NeighbourSummary Summary);
