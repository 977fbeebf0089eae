using System.Globalization;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Sheets;

/// <summary>Counts and settings of a layer as a heading has them.</summary>
internal static class SheetFacts
{
    /// <summary><c>1 channel</c>, <c>1,024 channels</c>, <c>2 classes</c>.</summary>
    public static string Count(int count, string one)
        => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : one.EndsWith('s') ? "es" : "s")}");

    /// <summary><c>512 channels</c>, or <c>30 of 512 channels</c> where only some were asked for.</summary>
    public static string Channels(PlannedLayer layer)
    {
        var all = Count(layer.ChannelCount, layer.IsLogits ? "class" : "channel");
        return layer.Channels.Count == layer.ChannelCount
            ? all
            : string.Create(CultureInfo.InvariantCulture, $"{layer.Channels.Count:N0} of {all}");
    }

    /// <summary>What is not there: <c>2 dead, 1 failed, 40 not drawn yet</c>; null if all is.</summary>
    public static string? Trouble(IEnumerable<Tile> tiles)
    {
        var counts = tiles
            .Where(tile => tile.State is not TileState.Rendered)
            .GroupBy(tile => tile.State)
            .OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count():N0} {group.Key.Word()}"));
        var text = string.Join(", ", counts);
        return text.Length > 0 ? text : null;
    }

    /// <summary><c>seed 0</c>, <c>seeds 0, 1, 2</c>.</summary>
    public static string Seeds(IReadOnlyList<int> seeds) => (seeds.Count == 1 ? "seed " : "seeds ") + string.Join(", ", seeds);
}
