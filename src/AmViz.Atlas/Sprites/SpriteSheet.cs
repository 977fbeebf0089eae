using AmViz.Imaging;

namespace AmViz.Atlas.Sprites;

/// <summary>Pictures of some tiles in one file: a page of a thousand tiles asks for sixty files instead of a thousand.</summary>
internal static class SpriteSheet
{
    /// <summary>Tiles in a row, and rows.</summary>
    public const int Side = 4;

    /// <summary>Tiles of a sheet.</summary>
    public const int Tiles = Side * Side;

    /// <summary>Side of a tile in pixels: the least that is sharp where tiles are shown 128 pixels wide.</summary>
    public const int CellSize = 160;

    /// <summary>Of the WebP.</summary>
    public const int Quality = 80;

    // Middle grey, as far from a white page as from a black one.
    private const byte Ground = 128;

    private static readonly ContactSheet Layout = new(Side, Spacing: 0, Ground);

    /// <summary>Encodes a sheet. It has all its cells even if the layer ends before, so that a page finds a cell without knowing where that is.</summary>
    /// <param name="cells">At most <see cref="Tiles"/>, of <see cref="CellSize"/>, at least one of them a picture; null leaves the cell grey.</param>
    public static byte[] Encode(IReadOnlyList<Picture?> cells)
        => WebpCodec.Encode(Layout.Arrange([.. cells, .. Enumerable.Repeat<Picture?>(null, Tiles - cells.Count)]), Quality);
}
