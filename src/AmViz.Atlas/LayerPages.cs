using AmViz.Atlas.Output;
using AmViz.Atlas.Photographs;
using AmViz.Atlas.Quiz;
using AmViz.Atlas.Tiles;
using AmViz.Atlas.Views;
using AmViz.Storage;

namespace AmViz.Atlas;

/// <summary>Writes layer pages, and leaves alone those that are up to date.</summary>
internal sealed class LayerPages(
    SweepId sweep, AtlasFolder folder, TilePictures pictures, PassFinder passes, PhotographReading photographs, PeopleAnswers people, AtlasOptions options)
{
    // Stands for no fingerprint: a page with pictures that could not be read is made anew by every build.
    private const string Unsettled = "unsettled";

    public int Written { get; private set; }

    public int Kept { get; private set; }

    /// <summary>Writes the page of a layer if anything on it has changed.</summary>
    /// <returns>The layer as the page shows it.</returns>
    public async Task<LayerTiles> WriteAsync(LayerTiles layer, Neighbours neighbours, CancellationToken cancellationToken)
    {
        var path = AtlasPaths.Layer(sweep, layer.Layer.Model, layer.Layer.Layer);
        var pass = passes.Of(layer.Layer.WeightsDigest, layer.Layer.Layer, layer.Layer.ChannelCount);
        var told = people.Of(layer.Layer);
        var fingerprint = FingerprintOf(layer, neighbours, pass, told);
        var head = await folder.ReadHeadAsync(path, cancellationToken);
        if (head.Contains($"\"{fingerprint}\"", StringComparison.Ordinal))
        {
            Kept++;
            return layer;
        }

        var read = await pictures.ReadAsync(layer, cancellationToken);
        var (shown, isWhole) = pass is null ? (null, true) : await photographs.ReadAsync(pass, layer.Layer, cancellationToken);
        var settled = isWhole && read.Tiles.Select(tile => tile.State).SequenceEqual(layer.Tiles.Select(tile => tile.State));
        var view = LayerView.Of(sweep, read, shown, told, neighbours, settled ? fingerprint : Unsettled, options);
        Written += await folder.WriteAsync(path, PageTemplates.Render("layer", view), cancellationToken) ? 1 : 0;
        return read;
    }

    private string FingerprintOf(LayerTiles layer, Neighbours neighbours, ResponseSummary? pass, IReadOnlyDictionary<int, IReadOnlyList<ToldByPeople>>? told) => SweepJson.Hash(
        new
        {
            PageTemplates.Version,
            options.StoreAddress,
            layer.Layer,
            layer.Recipe,
            layer.Seeds,
            neighbours,
            Photographs = pass is null ? null : new { pass.Pass, pass.Shown },
            People = told,
            Entries = layer.Tiles.Select(tile => tile.Entry),
        },
        length: 32);
}
