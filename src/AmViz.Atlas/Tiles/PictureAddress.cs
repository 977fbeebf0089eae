using AmViz.Atlas.Output;
using AmViz.Storage;

namespace AmViz.Atlas.Tiles;

/// <summary>Where a browser finds the picture of a tile.</summary>
internal static class PictureAddress
{
    /// <summary>Writes the address, from the atlas folder; null without a picture.</summary>
    /// <param name="tile">Whose picture.</param>
    /// <param name="options">Where pictures lie.</param>
    public static string? Of(Tile tile, AtlasOptions options)
    {
        if (tile.State is not TileState.Rendered || !BlobPath.TryParse(tile.Entry?.Picture, out var path))
        {
            return null;
        }

        return options.StoreAddress switch
        {
            null => AtlasPaths.Address(AtlasPaths.PictureCopy(path)),
            var address => address + AtlasPaths.Address(path.Value),
        };
    }
}
