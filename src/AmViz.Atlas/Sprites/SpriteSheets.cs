using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;
using AmViz.Imaging;

namespace AmViz.Atlas.Sprites;

/// <summary>Reads the pictures of layers and makes the sprite sheets that are not there yet. A sheet that is there has the right pictures by its name: of those the records alone are read.</summary>
/// <param name="sweep">Whose.</param>
/// <param name="pictures">Reads pictures.</param>
/// <param name="folder">Where the sheets lie.</param>
/// <param name="options">How many sheets are worked on at once; each holds at most one picture and its own pixels (1.2 MB) in memory.</param>
internal sealed class SpriteSheets(SweepId sweep, PictureReading pictures, AtlasFolder folder, AtlasOptions options)
{
    private int _written;

    /// <summary>Sheets made.</summary>
    public int Written => _written;

    /// <summary>Makes the sheets of a layer.</summary>
    /// <returns>The layer, tiles with their records; those whose picture could not be read say so.</returns>
    /// <exception cref="Storage.StorageException">The store cannot be used.</exception>
    public async Task<LayerTiles> WriteAsync(LayerTiles layer, CancellationToken cancellationToken)
    {
        var sheets = layer.Tiles.Chunk(SpriteSheet.Tiles).ToArray();
        var path = DataPaths.LayerFolder(sweep, layer.Layer);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, sheets.Length, parallel, async (number, token) => await WriteAsync(path, number, sheets[number], token));
        return layer with { Tiles = [.. sheets.SelectMany(tiles => tiles)] };
    }

    private async Task WriteAsync(string layer, int number, Tile[] tiles, CancellationToken cancellationToken)
    {
        var isThere = IsThere(layer, SheetName.Of(number, tiles));
        var cells = new Picture?[tiles.Length];
        for (var i = 0; i < tiles.Length; i++)
        {
            var (tile, picture) = await pictures.ReadAsync(tiles[i], needsPixels: !isThere, cancellationToken);
            (tiles[i], cells[i]) = (tile, picture is null ? null : SpriteCell.Of(picture));
        }

        // Of pictures that could not be read the name says so, too: when they can, it is another sheet.
        if (SheetName.Of(number, tiles) is { } name && !IsThere(layer, name))
        {
            await folder.WriteAsync(DataPaths.Sheet($"{layer}/{name}"), SpriteSheet.Encode(cells), cancellationToken);
            Interlocked.Increment(ref _written);
        }
    }

    // A sheet without any picture needs no file.
    private bool IsThere(string layer, string? name) => name is null || folder.Has(DataPaths.Sheet($"{layer}/{name}"));
}
