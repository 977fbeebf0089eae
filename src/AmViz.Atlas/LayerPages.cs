using AmViz.Atlas.Evidence;
using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;
using AmViz.Atlas.Views;

namespace AmViz.Atlas;

/// <summary>Writes layer pages, and leaves alone those that are up to date.</summary>
internal sealed class LayerPages(
    SweepId sweep, AtlasFolder folder, AtlasOptions options)
{
    // Stands for no fingerprint: a page with pictures that could not be read is made anew by every build.
    private const string Unsettled = "unsettled";

    public int Written { get; private set; }

    public int Kept { get; private set; }

    /// <summary>Writes the page of a layer if anything on it has changed.</summary>
    public async Task WriteAsync(LayerReading layer, AdjacentLayers adjacent, CancellationToken cancellationToken)
    {
        var path = AtlasPaths.Layer(sweep, layer.Planned.Layer.Model, layer.Planned.Layer.Layer);
        var fingerprint = FingerprintOf(layer.Planned, adjacent, layer.Found);
        var head = await folder.ReadHeadAsync(path, cancellationToken);
        if (head.Contains($"\"{fingerprint}\"", StringComparison.Ordinal))
        {
            Kept++;
            return;
        }

        var read = await layer.ReadAsync(cancellationToken);
        var view = LayerView.Of(sweep, read.Tiles, read.Evidence, adjacent, read.IsSettled ? fingerprint : Unsettled, options);
        Written += await folder.WriteAsync(path, PageTemplates.Render("layer", view), cancellationToken) ? 1 : 0;
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
