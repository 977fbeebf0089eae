using System.Globalization;
using System.Security.Cryptography;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Drawing;
using AmViz.Imaging;
using AmViz.Models;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz render</c>: a few pictures at once, as files, without store and cluster.</summary>
internal sealed class RenderCommand : AmVizCommand
{
    private const string SheetName = "sheet.png";
    private const int MostColumns = 1000;

    private readonly CommandContext _context;
    private readonly SweepRequest _request;
    private readonly NetworkStoreOption _store = new();
    private readonly ComputeOptions _device;

    private readonly Argument<string?> _spec = new("spec")
    {
        Description = "A YAML file that says what to draw (see examples/). Without it, the options say it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int?> _columns = NumberOption.Whole("--columns", "8", "Pictures a row of the sheet that shows all of them. Default: as many as rows.");

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "Folder of the pictures; made if it is not there.",
        HelpName = "DIR",
        Required = true,
    };

    public RenderCommand(CommandContext context)
        : base(
            "render",
            "Draw a few channels and write the pictures to a folder.",
            "amviz render --layer conv_pw_5 --channel 3 --out pictures",
            "amviz render --weights DIR --layer logits --channel 301,323,953 --steps 256 --out pictures",
            "amviz render --layer conv_pw_5 --channel 3 --recipe pixel --transforms none --seed 1 --out pictures --json",
            "amviz render --layer conv_pw_5 --channel 3 --facets 4 --out pictures",
            "amviz render --layer conv_pw_5 --channel 3 --term 7=-1,conv_pw_3/2=0.5 --out pictures",
            "amviz render --layer 'conv_pw_*_bn' --channel 0 --out pictures",
            "amviz render --layer logits --channel 3 --recipe maco --photos DIR --out pictures",
            "amviz render examples/mobilenet-and-vit.yaml --columns 8 --out pictures")
    {
        _context = context;
        _request = new(context.Settings);
        _device = new(context.Settings);
        Add(_spec);
        _request.AddTo(this);
        _store.AddTo(this);
        Add(_columns);
        Add(_out);
        _device.AddTo(this);
        _device.AddWorkersTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var networks = _context.NetworksOf(_store.Open(result, _context.Settings));
        var device = _device.Read(result);
        var spec = result.GetValue(_spec);
        if (spec is null && !_request.NamesChannels(result))
        {
            throw new UsageException("Name a layer and its channels, as in '--layer conv_pw_5 --channel 0-3', or a spec file. 'amviz run' draws whole networks.");
        }

        var columns = result.GetValue(_columns);
        if (columns is < 1 or > MostColumns)
        {
            throw new UsageException($"--columns: {columns} is out of range. Expected 1 to {MostColumns}.");
        }

        var plan = await _request.PlanAsync(result, spec, networks, cancellationToken);
        var folder = Directory.CreateDirectory(result.GetRequiredValue(_out)).FullName;

        using var renderers = new Renderers(_context.Engine.CreateRenderers(networks.Known, networks.Photographs, device, plan.TaskCount));
        var drawn = await DrawingDisplay.ShowAsync(
            _context.Screen, _context.Time, report => new BatchDrawing(renderers.All).DrawAsync(plan, report, cancellationToken));
        var rows = drawn.Select(channel => Write(folder, channel)).ToArray();
        if (drawn.Count > 1 && rows.Any(row => row.File is not null))
        {
            WriteSheet(Path.Combine(folder, SheetName), drawn, columns);
        }

        WriteReport(rows, result.GetValue(SharedOptions.Json));
        return rows.All(row => row.File is not null) ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    /// <summary>Name of a picture's file. Layers of ONNX models are called <c>/layer2/layer2.0/conv1/Conv</c>; as in the store, what would be a folder is escaped.</summary>
    internal static string FileName(ChannelTask task)
        => string.Create(CultureInfo.InvariantCulture, $"{task.Model}-{Uri.EscapeDataString(task.Layer)}-{task.Channel}-s{task.Seed}.png");

    private static RenderedRow Write(string folder, RenderedChannel channel)
    {
        var task = channel.Record.Task;
        string? path = null;
        if (channel.Outcome == ChannelOutcome.Rendered)
        {
            path = Path.Combine(folder, FileName(task));
            File.WriteAllBytes(path, channel.Picture.Span);
        }

        return new(
            task.Model, task.Layer, task.Channel, task.Seed, channel.Record.Recipe.Steps,
            new(channel.Record.Objective.Initial, channel.Record.Objective.Final),
            path, path is null ? null : Convert.ToHexStringLower(SHA256.HashData(channel.Picture.Span)), Math.Round(channel.Seconds, 3), channel.Error);
    }

    private static void WriteSheet(string path, IReadOnlyList<RenderedChannel> drawn, int? columns)
    {
        var tiles = drawn.Select(channel => channel.Picture.IsEmpty ? null : PngCodec.Decode(channel.Picture.ToArray()).Picture).ToArray();
        var sheet = new ContactSheet(columns ?? (int)Math.Ceiling(Math.Sqrt(tiles.Length)));
        File.WriteAllBytes(path, PngCodec.Encode(sheet.Arrange(tiles)));
    }

    private void WriteReport(RenderedRow[] rows, bool asJson)
    {
        foreach (var row in rows.Where(row => row.Error is not null))
        {
            _context.Screen.Error.WriteLine($"failed: {row.Model}/{row.Layer}/{row.Channel}-s{row.Seed}: {row.Error}");
        }

        if (asJson)
        {
            _context.Screen.WriteJson(rows);
            return;
        }

        foreach (var row in rows.Where(row => row.File is not null))
        {
            _context.Screen.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Layer}/{row.Channel} s{row.Seed}  objective {row.Objective.Initial:0.00} -> {row.Objective.Final:0.00}  {row.Seconds:0.0} s  {row.File}"));
        }
    }
}

/// <summary>An entry of <c>amviz render --json</c>.</summary>
internal sealed record RenderedRow(
    string Model, string Layer, int Channel, int Seed, int Steps, ObjectiveEnds Objective, string? File, string? Sha256, double Seconds, string? Error);

/// <summary>Objective before the first step and of the finished picture.</summary>
internal sealed record ObjectiveEnds(float Initial, float Final);
