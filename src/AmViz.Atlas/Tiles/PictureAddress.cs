using AmViz.Atlas.Output;
using AmViz.Storage;

namespace AmViz.Atlas.Tiles;

/// <summary>Where a browser finds the picture of a tile.</summary>
internal static class PictureAddress
{
    /// <summary>Writes the address; null without a picture.</summary>
    /// <param name="tile">Whose picture.</param>
    /// <param name="root">The way from the page up to the atlas folder: empty, or some <c>../</c>.</param>
    /// <param name="options">Where pictures lie.</param>
    public static string? Of(Tile tile, string root, AtlasOptions options)
    {
        if (tile.State is not TileState.Rendered || !BlobPath.TryParse(tile.Entry?.Picture, out var path))
        {
            return null;
        }

        return options.StoreAddress switch
        {
            null => root + AtlasPaths.Address(AtlasPaths.PictureCopy(path)),
            var address when Uri.TryCreate(address, UriKind.Absolute, out _) => address + AtlasPaths.Address(path.Value),
            var address => root + address + AtlasPaths.Address(path.Value),
        };
    }
}
