using System.Globalization;
using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Views;

/// <summary>A sweep: its networks, and every layer as a card, for sweep.html.</summary>
internal sealed class SweepView : PageView
{
    private SweepView(string path)
        : base(path)
    {
    }

    public required string Heading { get; init; }

    public required string Lead { get; init; }

    public required IReadOnlyList<Fact> Facts { get; init; }

    public required IReadOnlyList<Fact> Recipe { get; init; }

    public required IReadOnlyList<ModelSection> Models { get; init; }

    /// <summary>Makes the page.</summary>
    /// <param name="plan">What was to be drawn.</param>
    /// <param name="layers">What came of it.</param>
    /// <param name="path">Where the page will lie: a sweep that is alone is also the home page.</param>
    public static SweepView Of(SweepPlan plan, IReadOnlyList<LayerTiles> layers, string path)
    {
        var root = AtlasPaths.RootFrom(path);
        var isHome = string.Equals(path, AtlasPaths.Home, StringComparison.Ordinal);
        var models = layers.GroupBy(layer => layer.Layer.Model, StringComparer.Ordinal).ToList();
        return new SweepView(path)
        {
            Title = $"Channel atlas of {string.Join(", ", models.Select(model => model.Key))}",
            Here = isHome ? "Atlas" : $"sweep {plan.Id}",
            Crumbs = isHome ? [] : [new("Atlas", root + AtlasPaths.Home)],
            Heading = "Channel atlas",
            Lead = "For every channel, the picture that excites it most, found by gradient ascent from noise. "
                + "A card shows the strongest channels of its layer.",
            Facts = FactsOf(plan, layers),
            Recipe = Wording.Numbers(plan.Recipe),
            Models = [.. models.Select((model, i) => ModelSection.Of(plan.Id, i, [.. model], root))],
        };
    }

    private static List<Fact> FactsOf(SweepPlan plan, IReadOnlyList<LayerTiles> layers)
    {
        var tiles = layers.SelectMany(layer => layer.Tiles).ToList();
        List<Fact> facts = [new("Pictures", tiles.Count(tile => tile.State is TileState.Rendered).ToString("N0", CultureInfo.InvariantCulture))];
        if (Wording.Trouble(tiles) is { } trouble)
        {
            facts.Add(new("Without a picture", trouble));
        }

        facts.Add(new("Recipe", Wording.Recipe(plan.Recipe.Name, plan.Recipe.Steps)));
        facts.Add(new("Seeds", string.Join(", ", plan.Seeds)));
        facts.Add(new("Sweep", plan.Id.Value));
        return facts;
    }
}

/// <summary>A network in the page of a sweep.</summary>
internal sealed record ModelSection(string Id, string Name, string Href, string Note, IReadOnlyList<Card> Layers)
{
    // Four in a row, two rows.
    private const int CardPictures = 8;

    public static ModelSection Of(SweepId sweep, int index, IReadOnlyList<LayerTiles> layers, string root)
    {
        var model = layers[0].Layer.Model;
        return new ModelSection(
            string.Create(CultureInfo.InvariantCulture, $"model-{index}"),
            model,
            root + AtlasPaths.Model(sweep, model),
            $"{Wording.Count(layers.Count, "layer")}, {Wording.Count(layers.Sum(layer => layer.Layer.Channels.Count), "channel")}",
            [.. layers.Select(layer => CardOf(sweep, layer, root))]);
    }

    private static Card CardOf(SweepId sweep, LayerTiles tiles, string root) => new(
        tiles.Layer.Layer,
        root + AtlasPaths.Layer(sweep, tiles.Layer.Model, tiles.Layer.Layer),
        Wording.Channels(tiles.Layer),
        Wording.Trouble(tiles.Tiles),
        [.. tiles.Strongest.Take(CardPictures).Select(tile => root + AtlasPaths.Thumbnail(tile.Entry!.Sha256!))]);
}
