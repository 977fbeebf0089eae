namespace AmViz.Cli.Paper;

/// <summary>One picture of a figure.</summary>
/// <param name="Task">What it shows.</param>
/// <param name="Recipe">How it is drawn, with its size settled.</param>
/// <param name="Label">Name of its class; null for channels.</param>
internal sealed record FigurePanel(ChannelTask Task, RenderRecipe Recipe, string? Label);

/// <summary>The pictures that a figure shows of one network.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="Panels">Row by row.</param>
/// <param name="Columns">Pictures a row.</param>
internal sealed record FigurePart(PaperFigure Figure, string Model, IReadOnlyList<FigurePanel> Panels, int Columns)
{
    /// <summary>Name of its files, without an ending.</summary>
    public string FileName { get; } = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"figure-{Figure.Number:00}-{Model}");
}
