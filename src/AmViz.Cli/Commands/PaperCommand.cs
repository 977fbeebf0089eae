using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Paper;
using AmViz.Cli.Running;
using AmViz.Cli.Terminal;
using AmViz.Imaging;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz paper</c>: the figures and tables of the paper, drawn anew with the networks at hand.</summary>
internal sealed class PaperCommand : AmVizCommand
{
    private const string AllFigures = "all";
    private const int DefaultLayers = 6;
    private const int DefaultChannels = 4;

    private readonly CommandContext _context;
    private readonly ComputeOptions _device;
    private readonly NetworkStoreOption _store = new();
    private readonly RecipeOptions _recipe = new();

    private readonly Option<string[]> _figures = ListOption.Texts("--figure", "--figures", "N[,N..]", $"Figures: {string.Join(", ", PaperFigure.All.Select(figure => figure.Number))}, or {AllFigures}.");
    private readonly Option<int?> _table = NumberOption.Whole("--table", "1", "Table 1: the networks and their numbers of parameters.");
    private readonly Option<string[]> _models = ListOption.Texts("--model", "--models", "NAME[,NAME..]", "Networks that 'amviz models' lists. Default: all of them.");
    private readonly Option<string[]> _weights = ListOption.Texts("--weights", "-w", "DIR[,DIR..]", "Folders of weights; with them only they are used, and those of --model.");
    private readonly Option<int?> _layers = NumberOption.Whole("--layers", "6", $"Layers of a network. Default: {DefaultLayers}.");
    private readonly Option<int?> _channels = NumberOption.Whole("--channels", "4", $"Channels of a layer, and classes drawn by lot. Default: {DefaultChannels}.");

    private readonly Option<string[]> _photographs = new("--image", "--images", "-i")
    {
        Description = $"Photographs that figure 12 attacks: {PictureFormats.Names} files.",
        HelpName = "FILE..",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _out = new("--out", "-o") { Description = "Folder of the figures; pictures that lie in its results/ are not drawn again.", HelpName = "DIR" };

    public PaperCommand(CommandContext context)
        : base(
            "paper",
            "Draw the figures of 'Representation Understanding via Activation Maximization' anew, with the networks at hand.",
            "amviz paper --table 1",
            "amviz paper --figure all --steps 256 --out figures",
            "amviz paper --figure 6,10 --weights DIR --out figures")
    {
        _context = context;
        _device = new(context.Settings);
        Add(_figures);
        Add(_table);
        Add(_models);
        Add(_weights);
        _store.AddTo(this);
        Add(_layers);
        Add(_channels);
        Add(_photographs);
        _recipe.AddTo(this);
        Add(_out);
        _device.AddTo(this);
        _device.AddWorkersTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var figures = Figures(result);
        var json = result.GetValue(SharedOptions.Json);
        if (result.GetValue(_table) is { } table)
        {
            WriteTable(table, json && figures.Count == 0);
        }
        else if (figures.Count == 0)
        {
            throw new UsageException($"Nothing is asked for. Write --figure {AllFigures}, some of {Numbers()}, or --table 1.");
        }

        return figures.Count == 0 ? ExitCode.Done : await DrawAsync(result, figures, json, cancellationToken);
    }

    private async Task<int> DrawAsync(ParseResult result, IReadOnlyList<PaperFigure> figures, bool json, CancellationToken cancellationToken)
    {
        var folder = result.GetValue(_out) ?? throw new UsageException("--out: is missing. Name the folder of the figures.");
        var networks = _context.NetworksOf(_store.Open(result, _context.Settings));
        var opened = await OpenAsync(result, networks, cancellationToken);
        var photographs = result.GetValue(_photographs) ?? [];
        var (recipe, device) = (Recipe(result), _device.Read(result));
        var (parts, missing) = Parts(figures, opened, Layout(result, recipe));
        AttackedNetwork[] attacked = photographs.Length > 0 && figures.Any(figure => figure.Kind == FigureKind.Adversarial)
            ? [.. opened.Where(HasClasses).Select(network => AttackedNetwork.Of(network, photographs))]
            : [];
        if (attacked.Length == 0 && figures.FirstOrDefault(figure => figure.Kind == FigureKind.Adversarial) is { } adversarial)
        {
            missing.Add($"figure {adversarial.Number} needs photographs and a network with classes. Name some with --image FILE, such as photographs of your own.");
        }

        _context.Screen.WriteNotes(attacked.SelectMany(network => network.Photographs).SelectMany(photograph => photograph.Notes));
        foreach (var line in missing)
        {
            _context.Screen.Error.WriteLine($"missing: {line}");
        }

        if (parts.Count + attacked.Length == 0)
        {
            throw new UsageException([.. missing]);
        }

        var store = new FolderBlobStore(folder);
        await store.CheckAsync(StoreAccess.Write, cancellationToken);
        var output = new PaperFolder(Directory.CreateDirectory(folder).FullName);
        List<FigureDocument> documents = [.. await DrawAsync(parts, new(store), output, networks, device, cancellationToken)];
        foreach (var network in attacked)
        {
            var figure = figures.First(figure => figure.Kind == FigureKind.Adversarial);
            var drawing = new AdversarialFigure(_context.Engine, _context.Screen, _context.Time, device, Path.GetFullPath(folder), recipe.Seed);
            documents.Add(await drawing.DrawAsync(figure, network, cancellationToken));
        }

        WriteReport(new PaperDocument(documents, missing, output.WritePage(documents, missing)), json);
        return documents.SelectMany(document => document.Panels).All(panel => panel.Error is null) ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    private async Task<IReadOnlyList<FigureDocument>> DrawAsync(
        IReadOnlyList<FigurePart> parts, StoredDrawing drawing, PaperFolder output, OpenedNetworks networks, DeviceChoice device, CancellationToken cancellationToken)
    {
        FigurePanel[] panels = [.. parts.SelectMany(part => part.Panels)];
        if (panels.Length == 0)
        {
            return [];
        }

        using var renderers = new Renderers(_context.Engine.CreateRenderers(networks.Known, networks.Photographs, device, panels.Length));
        var errors = await DrawingDisplay.ShowAsync(
            _context.Screen, _context.Time, report => drawing.DrawAsync(panels, renderers.All, report, cancellationToken));
        var documents = new List<FigureDocument>();
        foreach (var part in parts)
        {
            var drawn = new List<DrawnPanel>();
            foreach (var panel in part.Panels)
            {
                drawn.Add(await drawing.ReadAsync(panel, errors, cancellationToken));
            }

            documents.Add(output.WriteFigure(part, drawn));
        }

        return documents;
    }

    private static (IReadOnlyList<FigurePart> Parts, List<string> Missing) Parts(
        IReadOnlyList<PaperFigure> figures, IReadOnlyList<NetworkSource> networks, FigureLayout layout)
    {
        var parts = new List<FigurePart>();
        var missing = new List<string>();
        foreach (var figure in figures.Where(figure => figure.Kind != FigureKind.Adversarial))
        {
            FigurePart[] there = [.. networks.Select(network => layout.Of(figure, network.Description)).OfType<FigurePart>()];
            parts.AddRange(there);
            if (there.Length == 0)
            {
                missing.Add(Explain(figure));
            }
        }

        return (parts, missing);
    }

    private static string Explain(PaperFigure figure)
    {
        var needed = figure.Architecture is { } name
            ? $"weights of {name}"
            : "a network with classes; weights that end before the logits have none";
        return $"figure {figure.Number} needs {needed}. Fetch public ones with 'amviz models pull', or name a folder with --weights DIR.";
    }

    private static bool HasClasses(NetworkSource network)
        => network.Description.Layers(network.Description.InputSize).Any(layer => layer.Kind == LayerKind.Logits);

    private (RenderRecipe Recipe, int Seed) Recipe(ParseResult result)
    {
        var spec = _recipe.Apply(result, new());
        string[] problems = [.. RecipeValidator.Validate(spec.Recipe).Select(FlagNames.Describe)];
        return problems.Length == 0 ? (spec.Recipe, spec.Seeds[0]) : throw new UsageException(problems);
    }

    private FigureLayout Layout(ParseResult result, (RenderRecipe Recipe, int Seed) how)
    {
        var (layers, channels) = (result.GetValue(_layers) ?? DefaultLayers, result.GetValue(_channels) ?? DefaultChannels);
        string[] problems = [.. new[] { ("--layers", layers), ("--channels", channels) }
            .Where(option => option.Item2 < 1).Select(option => $"{option.Item1}: {option.Item2} is out of range. Expected at least 1.")];
        return problems.Length == 0 ? new(how.Recipe, how.Seed, layers, channels) : throw new UsageException(problems);
    }

    private async Task<IReadOnlyList<NetworkSource>> OpenAsync(ParseResult result, OpenedNetworks networks, CancellationToken cancellationToken)
    {
        var (models, weights) = (result.GetValue(_models) ?? [], result.GetValue(_weights) ?? []);
        var selections = models.Length + weights.Length == 0
            ? NetworkCatalogue.Names.Concat(NetworkCatalogue.Fetched).Select(name => new ModelSelection { Model = name })
            : models.Select(name => new ModelSelection { Model = name }).Concat(weights.Select(folder => new ModelSelection { Weights = folder }));
        var opened = new List<NetworkSource>();
        foreach (var selection in selections)
        {
            opened.Add(await networks.OpenAsync(selection, cancellationToken));
        }

        return opened;
    }

    private IReadOnlyList<PaperFigure> Figures(ParseResult result)
    {
        var asked = result.GetValue(_figures) ?? [];
        if (asked.Contains(AllFigures, StringComparer.Ordinal))
        {
            return PaperFigure.All;
        }

        var unknown = asked.Where(text => PaperFigure.All.All(figure => text != $"{figure.Number}")).ToArray();
        return unknown.Length == 0
            ? [.. PaperFigure.All.Where(figure => asked.Contains($"{figure.Number}", StringComparer.Ordinal))]
            : throw new UsageException([.. unknown.Select(text => $"--figure: there is no figure '{text}' of pictures. Expected {Numbers()} or {AllFigures}.")]);
    }

    private static string Numbers() => string.Join(", ", PaperFigure.All.Select(figure => figure.Number));

    private void WriteTable(int number, bool json)
    {
        if (number != 1)
        {
            throw new UsageException($"--table: there is no table {number} of networks. Expected 1; the numbers of Table 2 are the defaults of 'amviz attack'.");
        }

        if (json)
        {
            _context.Screen.WriteJson(NetworkCatalogue.Architectures);
            return;
        }

        var table = Tables.Plain("network", "published as", "parameters", "of which trained");
        foreach (var one in NetworkCatalogue.Architectures)
        {
            table.AddTextRow(one.Title, one.Name, GroupedNumber.Format(one.Parameters.Total), GroupedNumber.Format(one.Parameters.Trainable));
        }

        _context.Screen.Results.Write(table);
    }

    private void WriteReport(PaperDocument document, bool json)
    {
        if (json)
        {
            _context.Screen.WriteJson(document);
            return;
        }

        foreach (var figure in document.Figures)
        {
            _context.Screen.Output.WriteLine($"figure {figure.Figure}  {figure.Model}  {figure.Panels.Count(panel => panel.File is not null)} of {figure.Panels.Count} pictures  {figure.Sheet}");
        }

        foreach (var panel in document.Figures.SelectMany(figure => figure.Panels).Where(panel => panel.Error is not null))
        {
            _context.Screen.Error.WriteLine($"failed: {panel.Text}: {panel.Error}");
        }

        _context.Screen.Output.WriteLine($"open     {document.Page}");
    }
}

/// <summary>What <c>amviz paper --json</c> prints.</summary>
internal sealed record PaperDocument(IReadOnlyList<FigureDocument> Figures, IReadOnlyList<string> Missing, string Page);
