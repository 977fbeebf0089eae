using AmViz.Atlas.Output;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Sprites;

/// <summary>What a sprite sheet is called: its number in the layer, and a hash of all that is on it, so that a browser may keep it for good.</summary>
internal static class SheetName
{
    // Of hexadecimal digits: two contents of one sheet collide once in 10^14 times.
    private const int VersionLength = 12;

    /// <summary>Names the sheet of some tiles.</summary>
    /// <param name="number">Of the sheet in its layer, from 0.</param>
    /// <param name="tiles">At most <see cref="SpriteSheet.Tiles"/>.</param>
    /// <returns>Null if none of them has a picture: then there is no sheet.</returns>
    public static string? Of(int number, ReadOnlySpan<Tile> tiles)
    {
        var pictures = new string?[tiles.Length];
        for (var i = 0; i < tiles.Length; i++)
        {
            pictures[i] = tiles[i].State is TileState.Rendered ? tiles[i].Entry?.Sha256 : null;
        }

        return Array.TrueForAll(pictures, picture => picture is null)
            ? null
            : $"{DataPaths.Number(number)}-{SweepJson.Hash(new { SpriteSheet.CellSize, SpriteSheet.Quality, pictures }, VersionLength)}";
    }

    /// <summary>Names the sheets of a layer, in their order.</summary>
    public static IReadOnlyList<string?> AllOf(LayerTiles layer)
        => [.. layer.Tiles.Chunk(SpriteSheet.Tiles).Select((tiles, number) => Of(number, tiles))];
}
