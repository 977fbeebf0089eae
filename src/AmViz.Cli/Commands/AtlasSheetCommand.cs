using AmViz.Atlas;
using AmViz.Cli.Options;
using AmViz.Cli.Sheets;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz atlas sheet</c>: the pictures of a layer on a sheet, for papers.</summary>
internal sealed class AtlasSheetCommand : AmVizCommand
{
    private const string Sheets = "sheets";

    private readonly CommandContext _context;
    private readonly StoreOptions _store;
    private readonly SweepArgument _sweep = new();
    private readonly SheetLook _look = new();
    private readonly Option<string[]> _layers = ListOption.Texts("--layer", "--layers", "L[,L..]", "Layers that get a sheet. Default: all of the sweep.");
    private readonly Option<string?> _model = new("--model") { Description = "Only layers of this network. Not needed where the sweep draws one.", HelpName = "M" };
    private readonly Option<string?> _to = new("--to") { Description = $"Folder of the sheets; each is MODEL/LAYER.png in it. Default: '{Sheets}/SWEEP' in the folder of --out or of the store.", HelpName = "DIR" };

    public AtlasSheetCommand(CommandContext context)
        : base(
            "sheet",
            "Write the pictures of a layer on one sheet for papers, as PNG, SVG or PDF: a grid with captions below a heading that says how they came about.",
            "amviz atlas sheet --out out",
            "amviz atlas sheet --layer logits --sort objective --columns 10 --format png,svg,pdf --out out",
            "amviz atlas sheet 0123456789abcdef --layer conv_pw_5_bn --channels 0-31 --tile 96 --store azure:results --to figures --json")
    {
        _context = context;
        _store = new(context.Settings);
        Add(_sweep.Argument);
        Add(_layers);
        Add(_model);
        _look.AddTo(this);
        Add(_to);
        _store.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var (look, formats) = (_look.Read(result), _look.Formats(result));
        var chosen = _store.Choose(result);
        await chosen.Blobs.CheckAsync(StoreAccess.Read, cancellationToken);
        var sweep = await ReadAsync(await _sweep.FindOneAsync(result, chosen.Blobs, cancellationToken), chosen.Blobs, cancellationToken);
        var layers = SheetLayers.Choose(sweep.Plan, result.GetValue(_model), result.GetValue(_layers)!);
        var builder = new SheetBuilder(chosen.Blobs, sweep, look);
        SheetLayers.Require(builder, layers, formats);

        var folder = Folder(result.GetValue(_to), chosen, sweep.Plan.Id);
        var sheets = new List<WrittenSheet>();
        foreach (var layer in layers)
        {
            sheets.Add(await builder.WriteAsync(layer, formats, folder, cancellationToken));
            if (!result.GetValue(SharedOptions.Json))
            {
                Tell(sheets[^1]);
            }
        }

        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(new SheetDocument(sweep.Plan.Id, folder, sheets));
        }

        return sheets.Exists(sheet => sheet.WithoutPicture.Keys.Any(key => key is "missing" or "damaged")) ? ExitCode.FinishedWithFailures : ExitCode.Done;
    }

    private static async Task<AtlasSweep> ReadAsync(SweepId id, IBlobStore store, CancellationToken cancellationToken)
        => await AtlasSweep.ReadAsync(store, id, cancellationToken) switch
        {
            null => throw new StorageException($"{store.Name} has no plan of sweep '{id}'."),
            { Plan.Work: not null } => throw new UsageException($"Sweep {id} of {store.Name} draws nothing and has no picture to lay out. Expected a sweep of 'amviz run'."),
            var sweep => sweep,
        };

    private static string Folder(string? named, ChosenStore chosen, SweepId sweep)
        => named is not null ? Path.GetFullPath(named) : chosen.AtlasFolder is { } atlas
            ? Path.Combine(Path.GetDirectoryName(atlas)!, Sheets, $"{sweep}")
            : throw new UsageException($"Expected --to DIR or --out DIR: where the sheets go, since {chosen.Blobs.Name} is not a folder.");

    private void Tell(WrittenSheet sheet)
    {
        var output = _context.Screen.Output;
        var without = string.Concat(sheet.WithoutPicture.Select(count => $", {count.Value} {count.Key}"));
        output.WriteLine($"sheet    {sheet.Layer} of {sheet.Model}: {sheet.Drawn} of {sheet.Cells} pictures{without}");
        foreach (var file in sheet.Files)
        {
            output.WriteLine($"open     {file.Path}{(file.Pages > 1 ? $" ({file.Pages} pages)" : "")}");
        }

        if (sheet.BoxedLabels > 0)
        {
            output.WriteLine($"note     {sheet.BoxedLabels} labels have letters that the font of sheets lacks: PNG and PDF show boxes for them, an SVG shows them where the reader's machine has them");
        }
    }
}

/// <summary>What <c>amviz atlas sheet --json</c> prints.</summary>
/// <param name="Sweep">Whose pictures.</param>
/// <param name="Folder">Where the sheets lie.</param>
/// <param name="Sheets">Layer by layer.</param>
internal sealed record SheetDocument(SweepId Sweep, string Folder, IReadOnlyList<WrittenSheet> Sheets);
