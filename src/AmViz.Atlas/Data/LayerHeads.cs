using AmViz.Atlas.Output;
using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>A layer as its files show it.</summary>
/// <param name="Tiles">Its tiles.</param>
/// <param name="Version">Changes with everything in its folder.</param>
/// <param name="IsNew">Whether this build wrote them.</param>
internal sealed record LayerState(LayerTiles Tiles, string Version, bool IsNew)
{
    /// <summary>Its row in the list of its network.</summary>
    public LayerRow ToRow()
    {
        var layer = Tiles.Layer;
        var objectives = Tiles.Tiles.Select(tile => tile.Objective).OfType<float>().ToList();
        return new(
            layer.Layer, PageName.Of(layer.Layer), layer.IsLogits, layer.Size, layer.Channels.Count, layer.ChannelCount, Tiles.Counts,
            objectives.Count == 0 ? null : [objectives.Min(), objectives.Max()], Version);
    }
}

/// <summary>What the head of a layer lists of single tiles.</summary>
internal static class LayerHeads
{
    private const int BestShown = 16;

    // Errors that name what is different in each channel would fill the head.
    private const int MostTroubles = 20;

    /// <summary>The strongest tiles, the strongest first.</summary>
    public static IReadOnlyList<BestTile> BestOf(LayerTiles layer, SheetCatalogue sheets)
        =>
        [
            .. from tile in layer.Strongest.Take(BestShown)
               let place = layer.PlaceOf(tile)
               let shown = sheets.Of(layer.Layer, place)
               where shown is not null
               select new BestTile(place, shown),
        ];

    /// <summary>What tiles without a picture say, by how many; the most first.</summary>
    public static IReadOnlyList<TroubleRow> TroublesOf(LayerTiles layer)
        =>
        [
            .. (from numbered in layer.Tiles.Index()
                where numbered.Item.State is not TileState.Rendered
                group numbered.Index by (numbered.Item.State, numbered.Item.Entry?.Error) into places
                orderby places.Count() descending, places.First()
                select new TroubleRow(places.Key.State, places.Key.Error, places.Count(), places.First())).Take(MostTroubles),
        ];
}
