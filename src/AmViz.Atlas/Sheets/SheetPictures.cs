using AmViz.Atlas.Tiles;
using AmViz.Imaging;
using AmViz.Storage;

namespace AmViz.Atlas.Sheets;

/// <summary>Reads the pictures of a layer, whole.</summary>
internal sealed class SheetPictures(IBlobStore store)
{
    /// <summary>Reads them; a tile whose picture is not there, or cannot be read, says so.</summary>
    /// <returns>The tiles, and their pictures in the same order.</returns>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public async Task<(LayerTiles Layer, IReadOnlyList<Picture?> Pictures)> ReadAsync(LayerTiles layer, CancellationToken cancellationToken)
    {
        var (tiles, pictures) = (layer.Tiles.ToArray(), new Picture?[layer.Tiles.Count]);
        await Parallel.ForAsync(0, tiles.Length, cancellationToken, async (i, token) =>
        {
            if (tiles[i].State is TileState.Rendered)
            {
                (var state, pictures[i]) = await ReadAsync(tiles[i].Entry?.Picture, token);
                tiles[i] = tiles[i] with { State = state };
            }
        });
        return (layer with { Tiles = tiles }, pictures);
    }

    private async Task<(TileState State, Picture? Picture)> ReadAsync(string? picture, CancellationToken cancellationToken)
    {
        if (!BlobPath.TryParse(picture, out var path) || await store.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return (TileState.Missing, null);
        }

        try
        {
            return (TileState.Rendered, PngCodec.Decode(blob.Content.ToArray()).Picture);
        }
        catch (ImagingException)
        {
            return (TileState.Damaged, null);
        }
    }
}
