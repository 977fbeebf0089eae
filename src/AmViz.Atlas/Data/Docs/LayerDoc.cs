using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>The head of a layer: what is known of all its tiles together.</summary>
/// <param name="Version">That of its <see cref="LayerRow"/>. It stands first, where the next build looks for it.</param>
/// <param name="Sweep">Id of the sweep.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="Layer">Its name.</param>
/// <param name="Weights">SHA-256 of the network's weights.</param>
/// <param name="IsLogits">Whether its channels are classes.</param>
/// <param name="Size">Side of its pictures in pixels.</param>
/// <param name="ChannelCount">Channels that the layer has.</param>
/// <param name="Seeds">Of its pictures.</param>
/// <param name="Recipe">How they were drawn.</param>
/// <param name="Tiles">How many: one for every task, in the order of channels and then seeds.</param>
/// <param name="Counts">Of the tiles by their outcomes.</param>
/// <param name="Channels">First and last of each range of channels that were to be drawn.</param>
/// <param name="Columns">Numbers that tiles have.</param>
/// <param name="HasLabels">Whether a tile has a label.</param>
/// <param name="Best">The strongest tiles, the strongest first.</param>
/// <param name="Troubles">What channels without a picture say, by how many; the most first.</param>
/// <param name="Photographs">The pass of photographs; null for none.</param>
/// <param name="Environments">What pictures were drawn with.</param>
internal sealed record LayerDoc(
    string Version, string Sweep, string Model, string Layer, string Weights, bool IsLogits, int Size, int ChannelCount, IReadOnlyList<int> Seeds, LayerRecipeDoc Recipe, int Tiles,
    IReadOnlyDictionary<TileState, int> Counts, IReadOnlyList<int[]> Channels, IReadOnlyList<ColumnRow> Columns, bool HasLabels, IReadOnlyList<BestTile> Best,
    IReadOnlyList<TroubleRow> Troubles, PassDoc? Photographs, IReadOnlyList<EnvironmentFacts> Environments);

/// <summary>The recipe of a layer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Of the ascent.</param>
/// <param name="Hash">Of all its numbers.</param>
/// <param name="Numbers">Name and value of each.</param>
/// <param name="Note">What somebody who copies a command must know of it; null for nothing.</param>
internal sealed record LayerRecipeDoc(string Name, int Steps, string Hash, IReadOnlyList<string[]> Numbers, string? Note)
{
    /// <summary>Spells a recipe out.</summary>
    public static LayerRecipeDoc Of(RenderRecipe recipe)
    {
        var (name, steps, hash, numbers) = RecipeDoc.Of(recipe);
        return new(name, steps, hash, numbers, RedrawCommand.NoteOn(recipe));
    }
}

/// <summary>One of the strongest tiles.</summary>
/// <param name="Tile">Its place in the layer.</param>
/// <param name="Ref">Where it is shown.</param>
internal sealed record BestTile(int Tile, TileRef Ref);

/// <summary>Tiles without a picture that say the same.</summary>
/// <param name="Outcome">Theirs.</param>
/// <param name="Error">What went wrong; null if nothing is known.</param>
/// <param name="Tiles">How many they are.</param>
/// <param name="First">The place of the first in the layer.</param>
internal sealed record TroubleRow(TileState Outcome, string? Error, int Tiles, int First);

/// <summary>A pass of photographs.</summary>
/// <param name="Pass">Its name.</param>
/// <param name="Count">Photographs that the network was shown.</param>
internal sealed record PassDoc(string Pass, long Count);
