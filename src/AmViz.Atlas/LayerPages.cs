using AmViz.Atlas.Evidence;
using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;
using AmViz.Atlas.Views;

namespace AmViz.Atlas;

/// <summary>Writes layer pages, and leaves alone those that are up to date.</summary>
internal sealed class LayerPages(
    SweepId sweep, AtlasFolder folder, TilePictures pictures, EvidenceReading evidence, AtlasOptions options)
{
    // Stands for no fingerprint: a page with pictures that could not be read is made anew by every build.
    private const string Unsettled = "unsettled";

    public int Written { get; private set; }

    public int Kept { get; private set; }

    /// <summary>Writes the page of a layer if anything on it has changed.</summary>
    /// <returns>The layer as the page shows it.</returns>
    public async Task<LayerTiles> WriteAsync(LayerTiles layer, AdjacentLayers adjacent, CancellationToken cancellationToken)
    {
        var path = AtlasPaths.Layer(sweep, layer.Layer.Model, layer.Layer.Layer);
        var found = await evidence.FindAsync(layer.Layer, cancellationToken);
        var fingerprint = FingerprintOf(layer, adjacent, found);
        var head = await folder.ReadHeadAsync(path, cancellationToken);
        if (head.Contains($"\"{fingerprint}\"", StringComparison.Ordinal))
        {
            Kept++;
            return layer;
        }

        var read = await pictures.ReadAsync(layer, cancellationToken);
        var (known, isWhole) = await evidence.ReadAsync(found, layer.Layer, cancellationToken);
        var settled = isWhole && read.Tiles.Select(tile => tile.State).SequenceEqual(layer.Tiles.Select(tile => tile.State));
        var view = LayerView.Of(sweep, read, known, adjacent, settled ? fingerprint : Unsettled, options);
        Written += await folder.WriteAsync(path, PageTemplates.Render("layer", view), cancellationToken) ? 1 : 0;
        return read;
    }

    private string FingerprintOf(LayerTiles layer, AdjacentLayers adjacent, FoundEvidence found) => SweepJson.Hash(
        new
        {
            PageTemplates.Version,
            options.StoreAddress,
            layer.Layer,
            layer.Recipe,
            layer.Seeds,
            adjacent,
            Evidence = found.Identity,
            Entries = layer.Tiles.Select(tile => tile.Entry),
        },
        length: 32);
}
