using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cli.Scored;
using AmViz.Cli.Scoring;
using AmViz.Cli.Terminal;
using AmViz.Models;
using AmViz.Storage;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz score</c>: how far the pictures of a sweep agree with photographs.</summary>
internal sealed class ScoreCommand : AmVizCommand
{
    private const int MostRandomized = 4096;

    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly StoreOptions _store;
    private readonly ComputeOptions _device;
    private readonly SweepArgument _sweep = new();
    private readonly Option<string?> _judge = JudgeOption.Create("A second network that is asked about the pictures");

    private readonly Option<int?> _randomize = NumberOption.Whole(
        "--randomize", "8", "Draw the pictures of so many channels of each layer anew with shuffled weights, 1 to 4096, and tell how little is left of them: takes twice the time of drawing those. Default: none.");

    public ScoreCommand(CommandContext context)
        : base(
            "score",
            "Hold the pictures of a sweep against the photographs of 'amviz respond': how far each can be trusted.",
            "amviz score --out out",
            "amviz score --judge texturevit --out out",
            "amviz score --randomize 4 --out out",
            "amviz score 0123456789abcdef --weights DIR --out out --json")
    {
        _context = context;
        (_network, _store, _device) = (new(context.Settings), new(context.Settings), new(context.Settings));
        Add(_sweep.Argument);
        _network.AddTo(this);
        Add(_judge);
        Add(_randomize);
        _store.AddTo(this);
        _device.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var device = _device.Read(result);
        var most = Randomized(result);
        var chosen = _store.Choose(result);
        await chosen.Blobs.CheckAsync(StoreAccess.Write, cancellationToken);
        var sweep = await _sweep.FindOneAsync(result, chosen.Blobs, cancellationToken);
        var networks = _context.NetworksOf(chosen.Blobs);
        var source = await networks.OpenAsync(_network.Select(result), cancellationToken);
        var second = result.GetValue(_judge) is { } named ? await networks.OpenAsync(NamedNetwork.Of(named), cancellationToken) : null;
        var layers = await ScoredLayer.FindAsync(chosen.Blobs, chosen.Arguments, sweep, source.Description, cancellationToken);
        using var responder = _context.Engine.CreateResponders(source, device, 1)[0];
        using var asked = second is null ? null : _context.Engine.CreateResponders(second, device, 1)[0];
        var judge = second is null ? null : new SecondJudge(chosen.Blobs, asked!, second.Description, SharedClasses.Are(source.Description, second.Description));
        var shuffled = most is { } channels
            ? new ShuffledDrawing(chosen.Blobs, (await new SweepStore(chosen.Blobs).ReadPlanAsync(sweep, cancellationToken))!, source, _context.Engine, networks.Photographs, device, channels)
            : null;
        var scoring = new LayerScoring(chosen.Blobs, responder, source.Description, judge, shuffled);
        var scores = await DrawingDisplay.ShowAsync(_context.Screen, _context.Time, "reading", async report =>
        {
            var done = new List<LayerScores>();
            foreach (var layer in layers)
            {
                var rows = await scoring.ScoreAsync(layer, share => report((done.Count + share) / layers.Count, layer.Layer.Layer), cancellationToken);
                done.Add(LayerScores.Of(layer, rows, judge is not null, chosen.Locate(ResultLayout.Scores(scoring.TableOf(layer)))));
            }

            return done;
        });
        Report(result, sweep, scores);
        return ExitCode.Done;
    }

    private int? Randomized(ParseResult result) => result.GetValue(_randomize) switch
    {
        null => null,
        < 1 or > MostRandomized => throw new UsageException(FormattableString.Invariant($"--randomize: {result.GetValue(_randomize)} is out of range. Expected 1 to {MostRandomized} channels a layer.")),
        var channels => channels,
    };

    private void Report(ParseResult result, SweepId sweep, IReadOnlyList<LayerScores> scores)
    {
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(new ScoreDocument(sweep, scores));
            return;
        }

        var table = Tables.Plain("layer", "pictures", "above best photograph", "first place", "deviations", "MIS-like", "of others", "locality", "not to be trusted", "photographs");
        foreach (var layer in scores)
        {
            table.AddTextRow(
                layer.Layer, FormattableString.Invariant($"{layer.Pictures}"), FormattableString.Invariant($"{layer.AboveBest}"), FormattableString.Invariant($"{layer.FirstPlace}"),
                FormattableString.Invariant($"{layer.MedianDeviations:0.0}"), FormattableString.Invariant($"{layer.MisLike:0.000}"), FormattableString.Invariant($"{layer.MisLikeOfOthers:0.000}"), FormattableString.Invariant($"{layer.Locality:0.000}"), FormattableString.Invariant($"{layer.Distrusted.Count}"), FormattableString.Invariant($"{layer.Photographs}"));
        }

        _context.Screen.Results.Write(table);
        WriteMore(scores);
        foreach (var line in scores.SelectMany(layer => TrustReport.Lines(layer).Concat(OpinionTable.Lines(layer))))
        {
            _context.Screen.Output.WriteLine(line);
        }

        foreach (var layer in scores)
        {
            _context.Screen.Output.WriteLine($"table    {layer.Table}");
        }
    }

    // What only some sweeps have stands in tables of its own: the first is wide.
    private void WriteMore(IReadOnlyList<LayerScores> scores)
    {
        foreach (var table in (Table?[])[SeedTable.Of(scores), OpinionTable.Of(scores), RandomizationTable.Of(scores)])
        {
            if (table is not null)
            {
                _context.Screen.Results.WriteLine();
                _context.Screen.Results.Write(table);
            }
        }
    }
}

/// <summary>What <c>amviz score --json</c> prints.</summary>
/// <param name="Sweep">Whose pictures.</param>
/// <param name="Layers">Layer by layer.</param>
internal sealed record ScoreDocument(SweepId Sweep, IReadOnlyList<LayerScores> Layers);
