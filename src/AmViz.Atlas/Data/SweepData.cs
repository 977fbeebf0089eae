using AmViz.Atlas.Output;
using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>Writes what is known of a sweep's networks, and of all sweeps.</summary>
/// <param name="plan">Of the sweep.</param>
/// <param name="folder">Of the atlas.</param>
/// <param name="sheets">Names of sheets.</param>
internal sealed class SweepData(SweepPlan plan, AtlasFolder folder, SheetCatalogue sheets)
{
    private const int CoverPictures = 8;
    private const int VersionLength = 16;

    private readonly DataFolder _data = new(folder);
    private readonly SweepRows _rows = new(folder);

    /// <summary>Writes it.</summary>
    /// <param name="layers">The layers of the plan, in its order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteAsync(IReadOnlyList<LayerState> layers, CancellationToken cancellationToken)
    {
        var networks = new List<NetworkRow>();
        foreach (var network in layers.GroupBy(layer => layer.Tiles.Layer.Model, StringComparer.Ordinal))
        {
            networks.Add(await WriteNetworkAsync(network.Key, [.. network], cancellationToken));
        }

        await _rows.WriteAsync(new(plan.Id.Value, plan.Recipe.Name, plan.Recipe.Steps, plan.Seeds, networks), cancellationToken);
        var atlas = new AtlasDoc(AtlasDoc.CurrentFormatVersion, SoftwareVersion.Current.Split('+')[0], await _rows.ReadAllAsync(cancellationToken));
        await _data.WriteAsync(DataPaths.Atlas, atlas, cancellationToken);
    }

    private async Task<NetworkRow> WriteNetworkAsync(string model, IReadOnlyList<LayerState> layers, CancellationToken cancellationToken)
    {
        var weights = layers[0].Tiles.Layer.WeightsDigest;
        var doc = new NetworkDoc(plan.Id.Value, model, weights, plan.Seeds, RecipeDoc.Of(plan.Recipe), [.. layers.Select(layer => layer.ToRow())]);
        await _data.WriteAsync(DataPaths.Network(plan.Id, model), doc, cancellationToken);
        return new(
            model, PageName.Of(model), weights, layers.Count, layers.Sum(layer => layer.Tiles.Tiles.Count), CountsOf(layers), CoverOf(layers),
            SweepJson.Hash(doc, VersionLength));
    }

    private static SortedDictionary<TileState, int> CountsOf(IReadOnlyList<LayerState> layers)
        => new(layers.SelectMany(layer => layer.Tiles.Counts).GroupBy(count => count.Key, count => count.Value).ToDictionary(count => count.Key, count => count.Sum()));

    private IReadOnlyList<TileRef> CoverOf(IReadOnlyList<LayerState> layers)
        =>
        [
            .. StrongestTiles.Spread([.. layers.Select(layer => layer.Tiles)], CoverPictures)
                .Select(strong => sheets.Of(strong.Layer.Layer, strong.Layer.PlaceOf(strong.Tile)))
                .OfType<TileRef>(),
        ];
}
