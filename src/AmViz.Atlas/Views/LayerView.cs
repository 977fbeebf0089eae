using System.Globalization;
using AmViz.Atlas.Evidence;
using AmViz.Atlas.Output;
using AmViz.Atlas.Quiz;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Views;

/// <summary>A layer: every channel in a grid, and a dialog with one of them, for layer.html.</summary>
internal sealed class LayerView : PageView
{
    private LayerView(string path, string fingerprint)
        : base(path) => Fingerprint = fingerprint;

    public override string Fingerprint { get; }

    public override bool HasScript => true;

    public required string Model { get; init; }

    public required string Heading { get; init; }

    public required string Lead { get; init; }

    public required Link? Previous { get; init; }

    public required Link? Next { get; init; }

    /// <summary>What the search takes.</summary>
    public required string FindHint { get; init; }

    /// <summary>Ends of the objective's slider; null without two different objectives.</summary>
    public required Slider? Slider { get; init; }

    /// <summary>Outcomes to choose from; null if there is nothing to choose.</summary>
    public required IReadOnlyList<Outcome>? Outcomes { get; init; }

    public required IReadOnlyList<TileView> Tiles { get; init; }

    public required IReadOnlyList<Fact> Recipe { get; init; }

    public required string? RecipeNote { get; init; }

    /// <summary>Whether people took a quiz about the layer.</summary>
    public required bool HasPeople { get; init; }

    /// <summary>Whether pictures of the layer were scored.</summary>
    public required bool HasScores { get; init; }

    public required string Json { get; init; }

    public string Shown => Tiles.Count.ToString(CultureInfo.InvariantCulture) + " shown";

    public static LayerView Of(SweepId sweep, LayerTiles tiles, LayerEvidence evidence, AdjacentLayers adjacent, string fingerprint, AtlasOptions options)
    {
        var layer = tiles.Layer;
        var path = AtlasPaths.Layer(sweep, layer.Model, layer.Layer);
        var root = AtlasPaths.RootFrom(path);
        Link? To(PlannedLayer? other) => other is null ? null : new(other.Layer, root + AtlasPaths.Layer(sweep, other.Model, other.Layer));
        return new LayerView(path, fingerprint)
        {
            Title = $"{layer.Layer}, {layer.Model}",
            Here = layer.Layer,
            Crumbs =
            [
                new("Atlas", root + AtlasPaths.Home),
                new($"sweep {sweep}", root + AtlasPaths.Sweep(sweep)),
                new(layer.Model, root + AtlasPaths.Model(sweep, layer.Model)),
            ],
            Model = layer.Model,
            Heading = layer.Layer,
            Lead = $"{Wording.Channels(layer)}, {layer.Size} px, recipe {Wording.Recipe(tiles.Recipe.Name, tiles.Recipe.Steps)}, {Wording.Seeds(tiles.Seeds)}",
            Previous = To(adjacent.Previous),
            Next = To(adjacent.Next),
            FindHint = layer.IsLogits ? "number, class" : "number",
            Slider = Slider.Of([.. tiles.Tiles.Select(tile => tile.Objective).OfType<float>()]),
            Outcomes = Outcome.AllOf(tiles.Tiles),
            Tiles = [.. tiles.Tiles.Select((tile, i) => TileView.Of(i, tile, root, tiles.HasSeveralSeeds, evidence))],
            Recipe = Wording.Numbers(tiles.Recipe),
            HasPeople = evidence.People is not null,
            HasScores = evidence.Scores is not null,
            RecipeNote = RedrawCommand.NoteOn(tiles.Recipe),
            Json = LayerDocument.Of(tiles, evidence, root, options).ToJson(),
        };
    }
}

/// <summary>The layers before and after one, in the order of the network; null at the ends.</summary>
internal sealed record AdjacentLayers(PlannedLayer? Previous, PlannedLayer? Next);

/// <summary>A slider over objectives, from <paramref name="Low"/> to <paramref name="High"/> in <paramref name="Stops"/> equal steps.</summary>
internal sealed record Slider(string Low, string High, int Stops)
{
    public static Slider? Of(IReadOnlyCollection<float> objectives)
        => objectives.Count > 1 && objectives.Min() is var low && objectives.Max() is var high && low < high
            ? new(low.ToString("R", CultureInfo.InvariantCulture), high.ToString("R", CultureInfo.InvariantCulture), Stops: 100)
            : null;
}

/// <summary>An outcome that can be shown or hidden.</summary>
internal sealed record Outcome(string Key, string Word, int Count)
{
    public static IReadOnlyList<Outcome>? AllOf(IEnumerable<Tile> tiles)
    {
        var outcomes = tiles
            .GroupBy(tile => tile.State)
            .OrderBy(group => group.Key)
            .Select(group => new Outcome(group.Key.Key(), group.Key.Word(), group.Count()))
            .ToList();
        return outcomes.Count > 1 ? outcomes : null;
    }
}

/// <summary>A tile of the grid. What it has no picture of, it says.</summary>
internal sealed record TileView(
    int Index, string Outcome, string Anchor, string? Thumbnail, string Word, string Number, string? Objective, string? Label, string? People, bool IsDistrusted)
{
    public static TileView Of(int index, Tile tile, string root, bool withSeed, LayerEvidence evidence) => new(
        index,
        tile.State.Key(),
        tile.Anchor(withSeed),
        tile.State is TileState.Rendered ? root + AtlasPaths.Thumbnail(tile.Entry!.Sha256!) : null,
        tile.State.Word(),
        tile.Number(withSeed),
        tile.Objective is { } objective ? ObjectiveFigure.Of(objective) : null,
        tile.Entry?.Label,
        PeopleOf(tile, evidence.People?.GetValueOrDefault(tile.Task.Channel)),
        evidence.ScoresOf(tile.Entry?.Sha256) is { IsDistrusted: true });

    private static string? PeopleOf(Tile tile, IReadOnlyList<ToldByPeople>? people)
        => people?.FirstOrDefault(told => told.Picture is { } picture && picture == tile.Entry?.Sha256) is { } told ? string.Create(CultureInfo.InvariantCulture, $"{told.Right} of {told.Answers}") : null;
}
