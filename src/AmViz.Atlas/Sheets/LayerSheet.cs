using AmViz.Atlas.Tiles;
using AmViz.Imaging;

namespace AmViz.Atlas.Sheets;

/// <summary>What stands on the sheet of a layer.</summary>
/// <param name="Title">Layer and network.</param>
/// <param name="Facts">How the pictures came about; nothing in them is broken over two lines.</param>
/// <param name="PictureSize">Side of the pictures, in their own pixels.</param>
/// <param name="Cells">In the order that they stand in.</param>
internal sealed record LayerSheet(string Title, IReadOnlyList<string> Facts, int PictureSize, IReadOnlyList<SheetCell> Cells)
{
    private const int DigestLength = 12;

    /// <summary>Makes a sheet of tiles and their pictures.</summary>
    /// <param name="sweep">The sweep's id.</param>
    /// <param name="tiles">Those that are shown, by channel.</param>
    /// <param name="pictures">One a tile; null where it has none, or where the sheet is only measured.</param>
    /// <param name="order">Which comes first.</param>
    public static LayerSheet Of(SweepId sweep, LayerTiles tiles, IReadOnlyList<Picture?> pictures, SheetOrder order)
    {
        var shown = tiles.Tiles.Zip(pictures);
        var sorted = order is SheetOrder.Objective ? shown.OrderByDescending(one => one.First.Objective ?? float.NegativeInfinity) : shown;
        return new(
            SheetWords.Clean($"{tiles.Layer.Layer} of {tiles.Layer.Model}"),
            [.. FactsOf(sweep, tiles, order).Select(SheetWords.Clean)],
            tiles.Layer.Size,
            [.. sorted.Select(one => SheetCell.Of(one.First, one.Second, tiles.Seeds.Count > 1))]);
    }

    private static IEnumerable<string> FactsOf(SweepId sweep, LayerTiles tiles, SheetOrder order)
    {
        yield return SheetFacts.Channels(tiles.Layer);
        yield return $"{tiles.Layer.Size} px";
        yield return $"recipe {tiles.Recipe.Name} ({Short(tiles.Recipe.Hash)})";
        yield return SheetFacts.Count(tiles.Recipe.Steps, "step");
        yield return SheetFacts.Seeds(tiles.Seeds);
        yield return $"weights {Short(tiles.Layer.WeightsDigest)}";
        yield return $"sweep {sweep}";
        if (order is SheetOrder.Objective)
        {
            yield return "strongest first";
        }

        if (SheetFacts.Trouble(tiles.Tiles) is { } trouble)
        {
            yield return trouble;
        }
    }

    private static string Short(string digest) => digest[..Math.Min(DigestLength, digest.Length)];
}
