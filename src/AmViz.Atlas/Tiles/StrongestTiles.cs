namespace AmViz.Atlas.Tiles;

/// <summary>The few tiles that stand for many layers.</summary>
internal static class StrongestTiles
{
    /// <summary>Of layers spread over a network, the strongest tile of each first; then the second, where there are few layers.</summary>
    /// <param name="layers">In the order of the network.</param>
    /// <param name="count">At most so many.</param>
    public static IEnumerable<(LayerTiles Layer, Tile Tile)> Spread(IReadOnlyList<LayerTiles> layers, int count)
    {
        var strongest = layers.Select(layer => layer.Strongest.Take(count).Select(tile => (Layer: layer, Tile: tile)).ToList()).Where(best => best.Count > 0).ToList();
        var chosen = Math.Min(count, strongest.Count);
        return Enumerable.Range(0, count)
            .SelectMany(rank => Enumerable.Range(0, chosen).Select(i => strongest[i * strongest.Count / chosen]).Where(best => rank < best.Count).Select(best => best[rank]))
            .Take(count);
    }
}
