using System.Globalization;
using System.Text.Json;
using AmViz.Imaging;
using AmViz.Models;
using HandlebarsDotNet;

namespace AmViz.Cli.Paper;

/// <summary>The figures as files: a sheet and its captions each, and a page that shows all of them.</summary>
/// <param name="folder">Where; it exists.</param>
internal sealed class PaperFolder(string folder)
{
    private const string PageName = "index.html";
    private const string Template = "paper.html";

    /// <summary>Writes the sheet and the captions of a figure of one network.</summary>
    public FigureDocument WriteFigure(FigurePart part, IReadOnlyList<DrawnPanel> panels)
    {
        var tiles = panels.Select(panel => panel.Picture is null ? null : PngCodec.Decode(panel.Picture).Picture).ToArray();
        var sheet = tiles.Any(tile => tile is not null) ? $"{part.FileName}.png" : null;
        if (sheet is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, sheet), PngCodec.Encode(new ContactSheet(part.Columns).Arrange(tiles)));
        }

        var captions = panels.Select(panel => Caption(folder, part, panel)).ToArray();
        var document = new FigureDocument(part.Figure.Number, part.Figure.Title, part.Model, sheet, part.Columns, captions);
        File.WriteAllText(Path.Combine(folder, $"{part.FileName}.json"), JsonSerializer.Serialize(document, SweepJson.Indented));
        return document;
    }

    /// <summary>Writes the page.</summary>
    /// <returns>Its path.</returns>
    public string WritePage(IReadOnlyList<FigureDocument> figures, IReadOnlyList<string> missing)
    {
        var path = Path.Combine(folder, PageName);
        using var stream = typeof(PaperFolder).Assembly.GetManifestResourceStream(Template)!;
        using var reader = new StreamReader(stream);
        var page = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true }).Compile(reader.ReadToEnd());
        File.WriteAllText(path, page(new { Figures = figures, Missing = missing, HasMissing = missing.Count > 0 }));
        return path;
    }

    private static PanelCaption Caption(string folder, FigurePart part, DrawnPanel drawn)
    {
        var (task, recipe) = (drawn.Panel.Task, drawn.Panel.Recipe);
        string? file = null;
        if (drawn.Picture is not null)
        {
            file = string.Create(CultureInfo.InvariantCulture, $"pictures/{part.FileName}-{task.Layer}-{task.Channel}-{recipe.Steps}.png");
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, drawn.Picture);
        }

        var label = drawn.Panel.Label is { } names ? $" ({names.Split(',')[0]})" : "";       // labels of ImageNet list synonyms
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{task.Model}, {task.Layer}/{task.Channel}{label}, seed {task.Seed}, {recipe.Name}, {recipe.Steps} steps"),
            drawn.Error ?? Describe(drawn.Objective!),
            file)
        {
            Layer = task.Layer,
            Channel = task.Channel,
            Label = drawn.Panel.Label,
            Seed = task.Seed,
            Steps = recipe.Steps,
            Objective = drawn.Objective,
            Error = drawn.Error,
        };
    }

    private static string Describe(ObjectiveTrajectory objective)
        => string.Create(CultureInfo.InvariantCulture, $"objective {objective.Initial:0.00} to {objective.Final:0.00}");
}

/// <summary>A figure of one network: what <c>figure-NN-MODEL.json</c> holds.</summary>
internal sealed record FigureDocument(int Figure, string Title, string Model, string? Sheet, int Columns, IReadOnlyList<PanelCaption> Panels);

/// <summary>What stands under a picture.</summary>
/// <param name="Text">Network, layer and channel, seed and steps, in a line.</param>
/// <param name="Detail">The result.</param>
/// <param name="File">The picture, relative to the page; null if there is none.</param>
internal sealed record PanelCaption(string Text, string Detail, string? File)
{
    /// <summary>Layer; null for photographs and what became of them.</summary>
    public string? Layer { get; init; }

    /// <summary>Channel, or index of the class.</summary>
    public int? Channel { get; init; }

    /// <summary>Name of the class.</summary>
    public string? Label { get; init; }

    /// <summary>Seed of the picture.</summary>
    public int? Seed { get; init; }

    /// <summary>Steps of the picture.</summary>
    public int? Steps { get; init; }

    /// <summary>How the objective rose, step by step.</summary>
    public ObjectiveTrajectory? Objective { get; init; }

    /// <summary>Why there is no picture.</summary>
    public string? Error { get; init; }
}
