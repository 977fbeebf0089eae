using AmViz.Cli.Neighbours;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz neighbours</c>: which channels respond alike.</summary>
internal sealed class NeighboursCommand : AmVizCommand
{
    private const int DefaultCount = 5;
    private const int MostNeighbours = 100;

    private readonly CommandContext _context;
    private readonly StoreOptions _store;
    private readonly Option<string[]> _passes = ListOption.Texts("--pass", "--passes", "ID[,ID..]", "Passes, as 'amviz respond' names them. One: its channels among themselves. Several: the channels of each with those of each other, also of other networks. Default: the only one that has finished.");
    private readonly Option<string[]> _layers = ListOption.Texts("--layer", "--layers", "L[,L..]", "Layers whose channels are compared. Default: all layers of the passes.");
    private readonly Option<int?> _count = NumberOption.Whole("--count", "5", $"Nearest channels that are told of each, in each other pass; 1 to {MostNeighbours}. Default: {DefaultCount}.");
    private readonly Option<bool> _exact = new("--exact") { Description = $"Compare all pairs also beyond {ExactSearch.MostChannels} channels, where otherwise an index is used." };

    public NeighboursCommand(CommandContext context)
        : base(
            "neighbours",
            "Find channels that respond alike to the photographs of 'amviz respond', within a network or across networks.",
            "amviz neighbours --out out",
            "amviz neighbours --layer conv_pw_5_bn,conv_pw_11_bn -k 10 --out out",
            "amviz neighbours --pass 0123456789abcdef,fedcba9876543210 --out out --json")
    {
        _context = context;
        _store = new(context.Settings);
        _count.Aliases.Add("-k");
        _store.AddTo(this);
        Add(_passes);
        Add(_layers);
        Add(_count);
        Add(_exact);
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
        var passes = await ChosenPass.ChooseAsync(chosen, result.GetValue(_passes)!, result.GetValue(_layers)!, cancellationToken);
        await chosen.Blobs.CheckAsync(StoreAccess.Write, cancellationToken);

        var run = new NeighbourRun(chosen.Blobs, passes, count, result.GetValue(_exact));
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
}

/// <summary>The document of <c>amviz neighbours --json</c>.</summary>
/// <param name="Table">Path of <c>neighbours.parquet</c>.</param>
/// <param name="WasThere">Whether nothing had to be computed.</param>
/// <param name="Seconds">Time from the command line to the result.</param>
/// <param name="Summary">What <c>neighbours.json</c> says.</param>
internal sealed record NeighbourDocument(string Table, bool WasThere, double Seconds, NeighbourSummary Summary);
