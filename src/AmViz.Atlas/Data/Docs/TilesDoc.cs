using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>What a grid shows of consecutive tiles of a layer.</summary>
/// <param name="Outcomes">Of each tile.</param>
/// <param name="Objectives">Of each; null without a picture.</param>
/// <param name="Labels">Of each; null for none.</param>
/// <param name="Distrusted">Places here of those whose picture is not to be trusted.</param>
/// <param name="Sheets">Their sprite sheets, see <see cref="Sprites.TileRef.Sheet"/>; null for one without any picture.</param>
internal sealed record TilesDoc(
    IReadOnlyList<TileState> Outcomes, IReadOnlyList<float?> Objectives, IReadOnlyList<string?> Labels, IReadOnlyList<int> Distrusted, IReadOnlyList<string?> Sheets)
{
    /// <summary>Tiles of a file: what a tall screen shows of a grid.</summary>
    public const int Together = 256;
}
