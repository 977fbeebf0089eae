using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Sprites;

/// <summary>Knows where the sprite sheets show which tile of a sweep.</summary>
internal sealed class SheetCatalogue
{
    private readonly SweepId _sweep;
    private readonly Dictionary<(string Model, string Layer), (LayerTiles Tiles, IReadOnlyList<string?> Names)> _layers = [];

    /// <summary>Knows it by the rows of the manifest.</summary>
    /// <param name="sweep">Which sweep.</param>
    /// <param name="layers">Its layers.</param>
    public SheetCatalogue(SweepId sweep, IEnumerable<LayerTiles> layers)
    {
        _sweep = sweep;
        foreach (var layer in layers)
        {
            Correct(layer);
        }
    }

    /// <summary>Takes note of a layer some of whose pictures turned out to be unreadable.</summary>
    public void Correct(LayerTiles layer) => _layers[(layer.Layer.Model, layer.Layer.Layer)] = (layer, SheetName.AllOf(layer));

    /// <summary>All layers of the sweep.</summary>
    public IEnumerable<PlannedLayer> Layers => _layers.Values.Select(layer => layer.Tiles.Layer);

    /// <summary>Names of the sheets of a layer, in their order; null for those without any picture.</summary>
    public IReadOnlyList<string?> NamesOf(PlannedLayer layer) => _layers[(layer.Model, layer.Layer)].Names;

    /// <summary>A layer, if the sweep has it and draws the channel.</summary>
    public PlannedLayer? Find(string model, string layer, int channel)
        => _layers.TryGetValue((model, layer), out var found) && found.Tiles.Layer.Channels.Contains(channel) ? found.Tiles.Layer : null;

    /// <summary>Where a tile is shown; null if it has no picture.</summary>
    public TileRef? Of(PlannedLayer layer, int tile)
    {
        var (tiles, names) = _layers[(layer.Model, layer.Layer)];
        return tiles.Tiles[tile].State is TileState.Rendered && names[tile / SpriteSheet.Tiles] is { } name
            ? new($"{DataPaths.LayerFolder(_sweep, layer)}/{name}", tile % SpriteSheet.Tiles)
            : null;
    }

    /// <summary>Where a channel is shown, by the first seed; null if that has no picture.</summary>
    public TileRef? OfChannel(PlannedLayer layer, int channel)
        => Of(layer, layer.Channels.PositionOf(channel)!.Value * _layers[(layer.Model, layer.Layer)].Tiles.Seeds.Count);
}
