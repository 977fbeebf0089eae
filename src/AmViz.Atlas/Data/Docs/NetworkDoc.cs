using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>A network of a sweep.</summary>
/// <param name="Sweep">Id of the sweep.</param>
/// <param name="Model">Its name.</param>
/// <param name="Weights">SHA-256 of its weights.</param>
/// <param name="Seeds">Of its pictures.</param>
/// <param name="Recipe">How they were drawn; the size is that of the sweep, that of a layer may be another.</param>
/// <param name="Layers">In their order.</param>
internal sealed record NetworkDoc(string Sweep, string Model, string Weights, IReadOnlyList<int> Seeds, RecipeDoc Recipe, IReadOnlyList<LayerRow> Layers);

/// <summary>A recipe.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Of the ascent.</param>
/// <param name="Hash">Of all its numbers.</param>
/// <param name="Numbers">Name and value of each.</param>
internal sealed record RecipeDoc(string Name, int Steps, string Hash, IReadOnlyList<string[]> Numbers)
{
    /// <summary>Spells a recipe out.</summary>
    public static RecipeDoc Of(RenderRecipe recipe)
        => new(recipe.Name, recipe.Steps, recipe.Hash, [.. RecipeNumbers.Of(recipe).Select(number => new[] { number.Name, number.Value })]);
}

/// <summary>A layer in the list of a network.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Folder">Its folder below that of the network, of data and of sheets.</param>
/// <param name="IsLogits">Whether its channels are classes.</param>
/// <param name="Size">Side of its pictures in pixels.</param>
/// <param name="Channels">Channels that were to be drawn.</param>
/// <param name="ChannelCount">Channels that the layer has.</param>
/// <param name="Counts">Of the tiles by their outcomes.</param>
/// <param name="Range">Lowest and highest objective of its pictures; null without one.</param>
/// <param name="Version">Changes with everything in the layer's folder.</param>
internal sealed record LayerRow(
    string Layer, string Folder, bool IsLogits, int Size, int Channels, int ChannelCount, IReadOnlyDictionary<TileState, int> Counts, float[]? Range, string Version);
