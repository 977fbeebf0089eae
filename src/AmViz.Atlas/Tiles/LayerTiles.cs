namespace AmViz.Atlas.Tiles;

/// <summary>The tiles of one layer, one for every task of the plan, in the order of channels and then seeds.</summary>
internal sealed record LayerTiles(PlannedLayer Layer, RenderRecipe Recipe, IReadOnlyList<int> Seeds, IReadOnlyList<Tile> Tiles)
{
    /// <summary>Tiles with a picture, strongest first.</summary>
    public IEnumerable<Tile> Strongest => Tiles
        .Where(tile => tile.State is TileState.Rendered)
        .OrderByDescending(tile => tile.Objective ?? float.NegativeInfinity)
        .ThenBy(tile => tile.Task.Channel)
        .ThenBy(tile => tile.Task.Seed);

    /// <summary>Place of a tile in <see cref="Tiles"/>.</summary>
    public int PlaceOf(Tile tile)
        => (Layer.Channels.PositionOf(tile.Task.Channel)!.Value * Seeds.Count) + Seeds.TakeWhile(seed => seed != tile.Task.Seed).Count();

    /// <summary>How many tiles show what; what none shows is left out.</summary>
    public IReadOnlyDictionary<TileState, int> Counts
        => new SortedDictionary<TileState, int>(Tiles.GroupBy(tile => tile.State).ToDictionary(group => group.Key, group => group.Count()));

    /// <summary>Finds for every task of the plan its row of the manifest.</summary>
    public static IReadOnlyList<LayerTiles> Of(AtlasSweep sweep)
    {
        var rows = new Dictionary<(string Model, string Layer, int Channel, int Seed), ManifestEntry>();
        foreach (var entry in sweep.Entries)
        {
            rows[(entry.Model, entry.Layer, entry.Channel, entry.Seed)] = entry;
        }

        return [.. sweep.Plan.Layers.Select(layer => new LayerTiles(
            layer, sweep.Plan.RecipeFor(layer), sweep.Plan.Seeds, [.. Join(layer, sweep.Plan.Seeds, rows)]))];
    }

    private static IEnumerable<Tile> Join(
        PlannedLayer layer, IReadOnlyList<int> seeds, Dictionary<(string Model, string Layer, int Channel, int Seed), ManifestEntry> rows)
    {
        foreach (var channel in layer.Channels.Enumerate())
        {
            foreach (var seed in seeds)
            {
                var entry = rows.GetValueOrDefault((layer.Model, layer.Layer, channel, seed));
                yield return new Tile(
                    new ChannelTask(layer.Model, layer.WeightsDigest, layer.Layer, channel, seed),
                    entry,
                    entry is null ? TileState.Pending : TileStates.Of(entry.Outcome));
            }
        }
    }
}
