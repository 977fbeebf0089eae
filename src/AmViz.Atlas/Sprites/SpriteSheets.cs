using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;
using AmViz.Imaging;
using AmViz.Storage;

namespace AmViz.Atlas.Sprites;

/// <summary>Makes the sprite sheets of a sweep that are not there yet. A sheet that is there has the right pictures by its name, and none of them is read.</summary>
/// <param name="sweep">Whose.</param>
/// <param name="store">Where the pictures are.</param>
/// <param name="folder">Where the sheets lie.</param>
/// <param name="options">How many sheets are worked on at once; each holds at most one picture and its own pixels (1.2 MB) in memory.</param>
internal sealed class SpriteSheets(SweepId sweep, IBlobStore store, AtlasFolder folder, AtlasOptions options)
{
    private int _written;

    /// <summary>Sheets made.</summary>
    public int Written => _written;

    /// <summary>Makes the sheets of a layer.</summary>
    /// <returns>The layer; tiles whose picture could not be read for a sheet say so.</returns>
    /// <exception cref="StorageException">The store cannot be used.</exception>
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
        if (IsThere(layer, SheetName.Of(number, tiles)))
        {
            return;
        }

        var cells = new Picture?[tiles.Length];
        for (var i = 0; i < tiles.Length; i++)
        {
            (cells[i], tiles[i]) = await ReadAsync(tiles[i], cancellationToken);
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

    private async Task<(Picture? Cell, Tile Tile)> ReadAsync(Tile tile, CancellationToken cancellationToken)
    {
        if (tile.State is not TileState.Rendered)
        {
            return (null, tile);
        }

        if (!BlobPath.TryParse(tile.Entry?.Picture, out var path) || await store.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return (null, tile with { State = TileState.Missing });
        }

        try
        {
            return (SheetCell.Of(PngCodec.Decode(blob.Content.ToArray()).Picture), tile);
        }
        catch (ImagingException)
        {
            return (null, tile with { State = TileState.Damaged });
        }
    }
}
