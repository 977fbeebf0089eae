using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Views;

/// <summary>A network: its layers in their order, each with its strongest channels, for model.html.</summary>
internal sealed class ModelView : PageView
{
    private ModelView(string path)
        : base(path)
    {
    }

    public required string Heading { get; init; }

    public required string Lead { get; init; }

    public required IReadOnlyList<Fact> Facts { get; init; }

    public required IReadOnlyList<LayerStrip> Layers { get; init; }

    /// <summary>Channels without a picture; null if there is none.</summary>
    public required IReadOnlyList<Trouble>? Troubles { get; init; }

    public static ModelView Of(SweepPlan plan, string model, IReadOnlyList<LayerTiles> layers)
    {
        var path = AtlasPaths.Model(plan.Id, model);
        var root = AtlasPaths.RootFrom(path);
        var troubles = layers.SelectMany(layer => layer.Troubles.Select(tile => Trouble.Of(plan.Id, layer, tile, root))).ToList();
        return new ModelView(path)
        {
            Title = model,
            Here = model,
            Crumbs = [new("Atlas", root + AtlasPaths.Home), new($"sweep {plan.Id}", root + AtlasPaths.Sweep(plan.Id))],
            Heading = model,
            Lead = $"{Wording.Count(layers.Count, "layer")}, {Wording.Count(layers.Sum(layer => layer.Layer.Channels.Count), "channel")}. "
                + "Each strip shows the channels with the highest objective first.",
            Facts =
            [
                new("Recipe", Wording.Recipe(plan.Recipe.Name, plan.Recipe.Steps)),
                new("Seeds", string.Join(", ", plan.Seeds)),
                new("Weights", layers[0].Layer.WeightsDigest),
            ],
            Layers = [.. layers.Select(layer => LayerStrip.Of(plan.Id, layer, root))],
            Troubles = troubles.Count > 0 ? troubles : null,
        };
    }
}

/// <summary>A layer in the list of a network.</summary>
internal sealed record LayerStrip(string Name, string Href, string Note, string? Trouble, string? Range, IReadOnlyList<Icon> Best)
{
    private const int Length = 16;

    public static LayerStrip Of(SweepId sweep, LayerTiles tiles, string root)
    {
        var href = root + AtlasPaths.Layer(sweep, tiles.Layer.Model, tiles.Layer.Layer);
        var objectives = tiles.Tiles.Select(tile => tile.Objective).OfType<float>().Order().ToList();
        return new LayerStrip(
            tiles.Layer.Layer,
            href,
            Wording.Channels(tiles.Layer),
            Wording.Trouble(tiles.Tiles),
            objectives.Count > 0 ? $"objective {ObjectiveFigure.Of(objectives[0])} to {ObjectiveFigure.Of(objectives[^1])}" : null,
            [.. tiles.Strongest.Take(Length).Select(tile => Icon.Of(tile, href, root, tiles.HasSeveralSeeds))]);
    }
}

/// <summary>A picture in a strip.</summary>
internal sealed record Icon(string Href, string Thumbnail, string Number, string Description)
{
    public static Icon Of(Tile tile, string page, string root, bool withSeed) => new(
        $"{page}#{tile.Anchor(withSeed)}",
        root + AtlasPaths.Thumbnail(tile.Entry!.Sha256!),
        tile.Number(withSeed),
        $"Channel {tile.Number(withSeed)}"
            + (tile.Entry.Label is { } label ? $", {label}" : "")
            + (tile.Objective is { } objective ? $", objective {ObjectiveFigure.Of(objective)}" : ""));
}

/// <summary>A channel without a picture.</summary>
internal sealed record Trouble(string Name, string Href, string Word, string Why)
{
    public static Trouble Of(SweepId sweep, LayerTiles tiles, Tile tile, string root) => new(
        $"{tiles.Layer.Layer}, channel {tile.Number(tiles.HasSeveralSeeds)}",
        $"{root}{AtlasPaths.Layer(sweep, tiles.Layer.Model, tiles.Layer.Layer)}#{tile.Anchor(tiles.HasSeveralSeeds)}",
        tile.State.Word(),
        tile.Entry?.Error ?? tile.State.Explanation() ?? "");
}
