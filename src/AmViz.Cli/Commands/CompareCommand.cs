using System.Globalization;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cli.Terminal;
using AmViz.Drawing;
using AmViz.Imaging;
using AmViz.Models;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz compare</c>: the same classes drawn by their logit and by their probability (section 4.1 of the paper).</summary>
internal sealed class CompareCommand : AmVizCommand
{
    private const string SheetName = "sheet.png";

    private static readonly ObjectiveKind[] Objectives = [ObjectiveKind.Logit, ObjectiveKind.Probability];

    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly ComputeOptions _device;
    private readonly RecipeOptions _recipe = new();
    private readonly Option<ChannelSet?> _classes = ListOption.Channels("--class", "--classes", "Classes such as 0-9,40.");
    private readonly Option<string> _out = new("--out", "-o") { Description = "Folder of the pictures; made if it is not there.", HelpName = "DIR", Required = true };

    public CompareCommand(CommandContext context)
        : base(
            "compare",
            "Draw classes by their logit and by their probability, and tell what the network says of each picture.",
            "amviz compare --class 0-9 --steps 256 --out compared",
            "amviz compare --weights DIR --class 301,323,953 --steps 256 --out compared --json")
    {
        _context = context;
        _network = new(context.Settings);
        _device = new(context.Settings);
        _classes.Required = true;
        _network.AddWithStoreTo(this);
        Add(_classes);
        _recipe.AddTo(this);
        Add(_out);
        _device.AddTo(this);
        _device.AddWorkersTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var networks = _context.NetworksOf(_network.Store(result));
        var device = _device.Read(result);
        var plans = new List<SweepPlan>();
        foreach (var objective in Objectives)
        {
            plans.Add(await PlanAsync(result, objective, networks, cancellationToken));
        }

        var folder = Directory.CreateDirectory(result.GetRequiredValue(_out)).FullName;

        using var renderers = new Renderers(_context.Engine.CreateRenderers(networks.Known, networks.Photographs, device, plans[0].TaskCount));
        var drawn = new List<RenderedChannel>();
        foreach (var plan in plans)
        {
            drawn.AddRange(await DrawingDisplay.ShowAsync(
                _context.Screen, _context.Time, report => new BatchDrawing(renderers.All).DrawAsync(plan, report, cancellationToken)));
        }

        var source = await networks.OpenAsync(_network.Select(result), cancellationToken);
        RenderedChannel[] rendered = [.. drawn.Where(channel => channel.Outcome == ChannelOutcome.Rendered)];
        var seen = rendered.Zip(_context.Engine.Classify(source, [.. rendered.Select(Saved)], source.Description.Labels.Count, device))
            .ToDictionary(pair => pair.First, pair => pair.Second);
        var rows = drawn.Select(channel => Row(folder, channel, seen.GetValueOrDefault(channel))).ToArray();
        WriteSheet(Path.Combine(folder, SheetName), drawn, plans[0].TaskCount);
        WriteReport(rows, result.GetValue(SharedOptions.Json));
        return rows.All(row => row.File is not null) ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    private async Task<SweepPlan> PlanAsync(ParseResult result, ObjectiveKind objective, OpenedNetworks networks, CancellationToken cancellationToken)
    {
        var selection = _network.Select(result) with { Layers = [new("logits", result.GetValue(_classes))] };
        networks.Photographs = _recipe.Photographs(result);
        var spec = _recipe.Apply(result, new() { Models = [selection] });
        try
        {
            return await networks.PlanAsync(spec with { Recipe = spec.Recipe with { Objective = new() { Kind = objective } } }, cancellationToken);
        }
        catch (SpecException exception)
        {
            throw new UsageException([.. exception.Problems.Select(FlagNames.Describe)]);
        }
    }

    /// <summary>The picture as it is saved, in eight bits.</summary>
    private static Picture Saved(RenderedChannel channel) => PngCodec.Decode(channel.Picture.ToArray()).Picture;

    /// <summary>What the network says of a picture; nothing of one that could not be drawn.</summary>
    private static ComparedRow Row(string folder, RenderedChannel channel, IReadOnlyList<ClassScore>? scores)
    {
        var task = channel.Record.Task;
        var objective = channel.Record.Recipe.Objective.Kind;
        if (scores is null)
        {
            return new(task.Channel, channel.Record.Label ?? "", task.Seed, objective, null, null, null, null, channel.Error);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{task.Model}-{task.Channel}-s{task.Seed}-{objective.ToString().ToLowerInvariant()}.png");
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, channel.Picture.Span);
        var own = scores.First(score => score.Index == task.Channel);
        return new(task.Channel, own.Label, task.Seed, objective, own.Logit, own.Probability, scores[0].Label, path, Error: null);
    }

    private static void WriteSheet(string path, IReadOnlyList<RenderedChannel> drawn, int columns)
    {
        var tiles = drawn.Select(channel => channel.Picture.IsEmpty ? null : Saved(channel)).ToArray();
        if (tiles.Any(tile => tile is not null))
        {
            File.WriteAllBytes(path, PngCodec.Encode(new ContactSheet(columns).Arrange(tiles)));
        }
    }

    private void WriteReport(ComparedRow[] rows, bool asJson)
    {
        foreach (var row in rows.Where(row => row.Error is not null))
        {
            _context.Screen.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"failed: class {row.Class} by {row.Objective}: {row.Error}"));
        }

        if (asJson)
        {
            _context.Screen.WriteJson(rows);
            return;
        }

        var table = Tables.Plain("class", "label", "maximized", "logit", "probability", "seen as");
        foreach (var row in rows.Where(row => row.File is not null).OrderBy(row => row.Class).ThenBy(row => row.Seed).ThenBy(row => row.Objective))
        {
            table.AddTextRow(
                $"{row.Class}", row.Label, row.Objective.ToString().ToLowerInvariant(),
                string.Create(CultureInfo.InvariantCulture, $"{row.Logit:0.00}"), string.Create(CultureInfo.InvariantCulture, $"{row.Probability:0.0000 %}"), row.SeenAs ?? "");
        }

        _context.Screen.Results.Write(table);
    }
}

/// <summary>An entry of <c>amviz compare --json</c>; logit and probability of the class on the saved picture.</summary>
internal sealed record ComparedRow(
    int Class, string Label, int Seed, ObjectiveKind Objective, double? Logit, double? Probability, string? SeenAs, string? File, string? Error);
