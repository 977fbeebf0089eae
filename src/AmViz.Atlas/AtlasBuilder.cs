using AmViz.Atlas.Data;
using AmViz.Atlas.Evidence;
using AmViz.Atlas.Output;
using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;
using AmViz.Atlas.Views;
using AmViz.Storage;

namespace AmViz.Atlas;

/// <summary>Lays out a sweep as static pages that open from a disk: a page for the sweep, each network and each layer; and as data and sprite sheets for a page that shows any part of it.</summary>
/// <remarks>
/// Building again costs what has changed: a layer page that is up to date is known by its fingerprint, and none of its pictures is
/// read. Several sweeps may share an atlas folder; its home page then lists them. Where a pass of photographs through the same weights has finished, a channel
/// shows beside its picture the photographs that excite it most and least; where pictures were scored, how far each can be trusted; where channels were compared, which are like it; where people took a quiz, how often they were right.
/// </remarks>
/// <param name="store">Where the pictures are.</param>
/// <param name="options">Settings.</param>
public sealed class AtlasBuilder(IBlobStore store, AtlasOptions options)
{
    /// <summary>Builds or updates the pages of a sweep.</summary>
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
        var evidence = await EvidenceReading.OpenAsync(store, sweep, atlas, options, cancellationToken);
        var readers = new LayerReaders(new(store, atlas, options), new(sweep.Plan.Id, store, atlas, options), evidence);
        var pages = new LayerPages(sweep.Plan.Id, atlas, options);
        var data = new LayerData(sweep.Plan.Id, new(atlas), sheets, options);
        await PageTemplates.WriteAssetsAsync(atlas, cancellationToken);

        var (shown, written) = (new List<LayerTiles>(), new List<LayerState>());
        foreach (var layer in planned)
        {
            var reading = new LayerReading(layer, await evidence.FindAsync(layer.Layer, cancellationToken), readers);
            await pages.WriteAsync(reading, AdjacentTo(layer.Layer, sweep.Plan), cancellationToken);
            written.Add(await data.WriteAsync(reading, cancellationToken));
            shown.Add(reading.Known);
            progress?.Report(new AtlasProgress(shown.Count, planned.Count));
        }

        await WriteOverviewsAsync(atlas, sweep.Plan, shown, cancellationToken);
        await new SweepData(sweep.Plan, atlas, sheets).WriteAsync(written, cancellationToken);
        new OldSheets(sweep.Plan.Id, atlas, sheets).RemoveAll();
        return new AtlasReport(
            atlas.FullPath(AtlasPaths.Home), pages.Written, pages.Kept, readers.Pictures.ThumbnailsWritten,
            shown.Sum(layer => layer.Tiles.Count(tile => tile.State is TileState.Missing or TileState.Damaged)));
    }

    private static AdjacentLayers AdjacentTo(PlannedLayer layer, SweepPlan plan)
    {
        var siblings = plan.Layers.Where(other => string.Equals(other.Model, layer.Model, StringComparison.Ordinal)).ToList();
        var at = siblings.IndexOf(layer);
        return new AdjacentLayers(siblings.ElementAtOrDefault(at - 1), siblings.ElementAtOrDefault(at + 1));
    }

    private static async Task WriteOverviewsAsync(
        AtlasFolder atlas, SweepPlan plan, List<LayerTiles> layers, CancellationToken cancellationToken)
    {
        foreach (var model in layers.GroupBy(layer => layer.Layer.Model, StringComparer.Ordinal))
        {
            var page = PageTemplates.Render("model", ModelView.Of(plan, model.Key, [.. model]));
            await atlas.WriteAsync(AtlasPaths.Model(plan.Id, model.Key), page, cancellationToken);
        }

        var own = AtlasPaths.Sweep(plan.Id);
        await atlas.WriteAsync(own, PageTemplates.Render("sweep", SweepView.Of(plan, layers, own)), cancellationToken);

        var summaries = new SweepSummaries(atlas);
        await summaries.WriteAsync(SweepSummary.Of(plan, layers), cancellationToken);
        var sweeps = await summaries.ReadAllAsync(cancellationToken);
        var home = sweeps.Count > 1
            ? PageTemplates.Render("home", HomeView.Of(sweeps))
            : PageTemplates.Render("sweep", SweepView.Of(plan, layers, AtlasPaths.Home));
        await atlas.WriteAsync(AtlasPaths.Home, home, cancellationToken);
    }
}
