using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Views;

/// <summary>A sweep in a few lines: what the home page must know of the sweeps that are not being built. Lies beside the sweep's page.</summary>
internal sealed record SweepSummary
{
    public const int CurrentFormatVersion = 1;

    private const int CoverPictures = 8;

    public int FormatVersion { get; init; } = CurrentFormatVersion;

    public required SweepId Sweep { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required string Recipe { get; init; }

    public required int Steps { get; init; }

    public required int Layers { get; init; }

    public required int Planned { get; init; }

    public required int Rendered { get; init; }

    public string? Trouble { get; init; }

    /// <summary>Thumbnails, relative to the atlas.</summary>
    public required IReadOnlyList<string> Cover { get; init; }

    public static SweepSummary Of(SweepPlan plan, IReadOnlyList<LayerTiles> layers)
    {
        var tiles = layers.SelectMany(layer => layer.Tiles).ToList();
        return new SweepSummary
        {
            Sweep = plan.Id,
            Models = [.. plan.Layers.Select(layer => layer.Model).Distinct(StringComparer.Ordinal)],
            Recipe = plan.Recipe.Name,
            Steps = plan.Recipe.Steps,
            Layers = layers.Count,
            Planned = tiles.Count,
            Rendered = tiles.Count(tile => tile.State is TileState.Rendered),
            Trouble = Wording.Trouble(tiles),
            Cover = [.. StrongestTiles.Spread(layers, CoverPictures).Select(strong => AtlasPaths.Thumbnail(strong.Tile.Entry!.Sha256!))],
        };
    }
}
