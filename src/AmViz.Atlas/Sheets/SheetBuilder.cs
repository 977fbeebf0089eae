using System.Text.Json;
using AmViz.Atlas.Output;
using AmViz.Atlas.Sheets;
using AmViz.Atlas.Tiles;
using AmViz.Imaging;
using AmViz.Storage;

namespace AmViz.Atlas;

/// <summary>Writes the pictures of a layer on a sheet, for papers: a grid with captions below a heading that says how they came about.</summary>
/// <remarks>
/// A place without a picture is a frame with a word that says why. Equal pictures and options give equal files: letters come from a font of this
/// assembly and no file says when it was made.
/// </remarks>
public sealed class SheetBuilder
{
    private readonly IBlobStore _store;
    private readonly AtlasSweep _sweep;
    private readonly SheetOptions _options;
    private readonly IReadOnlyList<LayerTiles> _layers;

    /// <summary>Prepares sheets of a sweep; nothing is read yet.</summary>
    /// <param name="store">Where its pictures are.</param>
    /// <param name="sweep">It may be unfinished.</param>
    /// <param name="options">How they look.</param>
    public SheetBuilder(IBlobStore store, AtlasSweep sweep, SheetOptions options)
    {
        (_store, _sweep, _options) = (store, sweep, options);
        _layers = [.. LayerTiles.Of(sweep).Select(Shown)];
    }

    /// <summary>Says why the sheet of a layer cannot be written, and what to do.</summary>
    /// <param name="layer">A layer of the sweep.</param>
    /// <param name="formats">Files that are wanted.</param>
    /// <returns>Null: nothing is wrong.</returns>
    public string? ProblemWith(PlannedLayer layer, IReadOnlyList<SheetFormat> formats)
        => Of(layer) is var tiles && tiles.Tiles.Count == 0
            ? $"The sweep draws none of the channels of --channels of '{layer.Layer}'. Expected some of {layer.Channels}."
            : SheetBounds.Problem(layer.Layer, LayerSheet.Of(_sweep.Plan.Id, tiles, new Picture?[tiles.Tiles.Count], _options.Order), _options, formats.Any(format => format is not SheetFormat.Pdf));

    /// <summary>Writes the sheet of a layer. What is there and would stay the same is not touched.</summary>
    /// <param name="layer">A layer of the sweep, with which nothing is wrong.</param>
    /// <param name="formats">Files that are wanted.</param>
    /// <param name="folder">Where they go, as <c>MODEL/LAYER.png</c>; made if there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public async Task<WrittenSheet> WriteAsync(PlannedLayer layer, IReadOnlyList<SheetFormat> formats, string folder, CancellationToken cancellationToken)
    {
        var (tiles, pictures) = await new SheetPictures(_store).ReadAsync(Of(layer), cancellationToken);
        var sheet = LayerSheet.Of(_sweep.Plan.Id, tiles, pictures, _options.Order);
        var files = new List<SheetFile>();
        foreach (var format in formats)
        {
            files.Add(await WriteAsync(sheet, format, folder, $"{PageName.Of(layer.Model)}/{PageName.Of(layer.Layer)}", cancellationToken));
        }

        return new(
            layer.Model, layer.Layer, tiles.Tiles.Count, tiles.Tiles.Count(tile => tile.State is TileState.Rendered),
            tiles.Tiles.Where(tile => tile.State is not TileState.Rendered).CountBy(tile => tile.State).OrderBy(count => count.Key).ToDictionary(count => JsonNamingPolicy.CamelCase.ConvertName(count.Key.ToString()), count => count.Value, StringComparer.Ordinal),
            sheet.Cells.Count(cell => cell.Label is { } label && !SheetFont.Has(label)), files);
    }

    private async Task<SheetFile> WriteAsync(LayerSheet sheet, SheetFormat format, string folder, string name, CancellationToken cancellationToken)
    {
        var pages = format is SheetFormat.Pdf ? PagedLayout.Of(sheet, _options) : [TallLayout.Of(sheet, _options)];
        var content = format switch
        {
            SheetFormat.Png => PngSheet.Encode(pages[0]),
            SheetFormat.Svg => SvgSheet.Encode(pages[0], sheet.Title),
            _ => PdfSheet.Encode(pages, sheet.Title),
        };
        var (target, path) = (new AtlasFolder(folder), $"{name}.{format.ToString().ToLowerInvariant()}");
        await target.WriteAsync(path, content, cancellationToken);
        return new(format, target.FullPath(path), content.Length, pages[0].Width, pages[0].Height, pages.Count);
    }

    private LayerTiles Of(PlannedLayer layer)
        => _layers.FirstOrDefault(tiles => tiles.Layer.Model == layer.Model && tiles.Layer.Layer == layer.Layer)
            ?? throw new ArgumentException($"The sweep has no layer '{layer.Layer}' of '{layer.Model}'.", nameof(layer));

    private LayerTiles Shown(LayerTiles layer)
    {
        if (_options.Channels is not { } wanted)
        {
            return layer;
        }

        int[] shown = [.. layer.Layer.Channels.Enumerate().Where(wanted.Contains)];
        return layer with
        {
            Layer = shown.Length == 0 ? layer.Layer : layer.Layer with { Channels = ChannelSet.Of(shown) },
            Tiles = [.. layer.Tiles.Where(tile => wanted.Contains(tile.Task.Channel))],
        };
    }
}
