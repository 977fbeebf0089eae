using System.Globalization;
using AmViz.Atlas.Tiles;
using AmViz.Imaging;

namespace AmViz.Atlas.Sheets;

/// <summary>A place of a sheet.</summary>
/// <param name="Number">Channel, and seed where there are several.</param>
/// <param name="Objective">Of the picture; null without one.</param>
/// <param name="Label">Name of the channel; null without one.</param>
/// <param name="Word">Why there is no picture; null where there is one.</param>
/// <param name="Picture">Null without a picture, and in a sheet that is only measured.</param>
internal sealed record SheetCell(string Number, string? Objective, string? Label, string? Word, Picture? Picture)
{
    public static SheetCell Of(Tile tile, Picture? picture, bool withSeed) => new(
        tile.Task.Channel.ToString(CultureInfo.InvariantCulture) + (withSeed ? string.Create(CultureInfo.InvariantCulture, $", seed {tile.Task.Seed}") : ""),
        tile.Objective is { } objective ? ObjectiveFigure.Of(objective) : null,
        tile.Entry?.Label is { } label && SheetWords.Clean(label) is { Length: > 0 } clean ? clean : null,
        tile.State is TileState.Rendered ? null : tile.State.Word(),
        picture);

    /// <summary>The whole caption in one line, for those who do not see the picture.</summary>
    public string Description => string.Join(", ", new[] { $"channel {Number}", Label, Objective ?? Word }.OfType<string>());
}
