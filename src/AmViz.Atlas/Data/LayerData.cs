using AmViz.Atlas.Evidence;
using AmViz.Atlas.Output;
using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>Writes the data of layers, and leaves alone those that are up to date.</summary>
/// <param name="sweep">Whose.</param>
/// <param name="folder">Where it goes.</param>
/// <param name="sheets">Names of sheets; told of those that have another name than the manifest says.</param>
/// <param name="options">Where pictures are.</param>
internal sealed class LayerData(SweepId sweep, DataFolder folder, SheetCatalogue sheets, AtlasOptions options)
{
    private const int VersionLength = 16;

    // Before the version of a layer with pictures that could not be read: no fingerprint begins so, and every build tries again.
    private const string Unsettled = "unsettled-";

    private readonly AlikePlaces _places = new(sweep, sheets);

    /// <summary>Writes the data of a layer if anything of it has changed.</summary>
    /// <returns>The layer as its data shows it.</returns>
    /// <exception cref="Storage.StorageException">The store cannot be used, or a table in it cannot be read.</exception>
    public async Task<LayerState> WriteAsync(LayerReading layer, CancellationToken cancellationToken)
    {
        var fingerprint = FingerprintOf(layer.Planned, layer.Found);
        if (await folder.HasLayerAsync(DataPaths.Layer(DataPaths.LayerFolder(sweep, layer.Planned.Layer)), fingerprint, cancellationToken))
        {
            return new(layer.Planned, fingerprint, IsNew: false);
        }

        var read = await layer.ReadAsync(cancellationToken);
        sheets.Correct(read.Tiles);
        var version = read.IsSettled ? fingerprint : Unsettled + SweepJson.Hash(new { fingerprint, States = read.Tiles.Tiles.Select(tile => tile.State) }, VersionLength);
        await new LayerFiles(sweep, read, sheets, new(read, _places, options), folder).WriteAsync(version, cancellationToken);
        return new(read.Tiles, version, IsNew: true);
    }

    private string FingerprintOf(LayerTiles layer, FoundEvidence found) => SweepJson.Hash(
        new
        {
            AtlasDoc.CurrentFormatVersion,
            options.StoreAddress,
            layer.Layer,
            layer.Recipe,
            layer.Seeds,
            Sheets = sheets.NamesOf(layer.Layer),
            Evidence = found.Identity,

            // Names of other layers' sheets change with their pictures.
            Alike = found.Alike?.OrderBy(channel => channel.Key).SelectMany(channel => channel.Value).SelectMany(list => _places.Of(list).Channels).Select(channel => channel.Ref?.Sheet),
            Entries = layer.Tiles.Select(tile => tile.Entry),
        },
        VersionLength);
}
