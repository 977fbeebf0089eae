using AmViz.Atlas.Data;
using AmViz.Atlas.Evidence;
using AmViz.Atlas.Output;
using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;
using AmViz.Storage;

namespace AmViz.Atlas;

/// <summary>Lays out a sweep for browsers: one page, and the data and sprite sheets that it shows any part of the sweep by.</summary>
/// <remarks>
/// Building again costs what has changed: a layer that is up to date is known by its fingerprint, and none of its pictures is read. Several sweeps may share an atlas folder. Where a pass of
/// photographs through the same weights has finished, a channel shows beside its picture the photographs that excite it most and least; where pictures were scored, how far each can be trusted;
/// where channels were compared, which are like it; where people took a quiz, how often they were right.
/// </remarks>
/// <param name="store">Where the pictures are.</param>
/// <param name="options">Settings.</param>
public sealed class AtlasBuilder(IBlobStore store, AtlasOptions options)
{
    /// <summary>Builds or updates what pages show of a sweep.</summary>
    /// <param name="sweep">What to show; it may be unfinished.</param>
    /// <param name="folder">Folder of the atlas; made if there is none.</param>
    /// <param name="progress">Told after every layer; may be null.</param>
    /// <param name="cancellationToken">Gives up; a later build goes on from there.</param>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public async Task<AtlasReport> BuildAsync(
        AtlasSweep sweep, string folder, IProgress<AtlasProgress>? progress, CancellationToken cancellationToken)
    {
        var atlas = new AtlasFolder(folder);
        var planned = LayerTiles.Of(sweep);
        var sheets = new SheetCatalogue(sweep.Plan.Id, planned);
        var evidence = await EvidenceReading.OpenAsync(store, atlas, options, cancellationToken);
        var readers = new LayerReaders(new(sweep.Plan.Id, new(store, atlas, options), atlas, options), evidence);
        var data = new LayerData(sweep.Plan.Id, new(atlas), sheets, options);
        await AtlasProgram.WriteAsync(atlas, options, cancellationToken);

        var written = new List<LayerState>();
        foreach (var layer in planned)
        {
            var reading = new LayerReading(layer, await evidence.FindAsync(layer.Layer, cancellationToken), readers);
            written.Add(await data.WriteAsync(reading, cancellationToken));
            progress?.Report(new AtlasProgress(written.Count, planned.Count));
        }

        await new SweepData(sweep.Plan, atlas, sheets).WriteAsync(written, cancellationToken);
        new OldSheets(sweep.Plan.Id, atlas, sheets).RemoveAll();
        return new AtlasReport(
            atlas.FullPath(AtlasPaths.Home), written.Count(layer => layer.IsNew), written.Count(layer => !layer.IsNew), readers.Sheets.Written,
            written.Sum(layer => layer.Tiles.Tiles.Count(tile => tile.State is TileState.Missing or TileState.Damaged)));
    }
}
