using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Atlas.Tiles;

/// <summary>Every setting of a recipe under the name it has in a spec, such as <c>optimizer.learningRate</c>.</summary>
internal static class RecipeNumbers
{
    /// <summary>Names and values, in the order of the recipe. A number added to recipes appears by itself.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(RenderRecipe recipe)
    {
        var numbers = new List<(string Name, string Value)>();
        Collect(JsonSerializer.SerializeToNode(recipe, SweepJson.Compact)!.AsObject(), "", numbers);
        return numbers;
    }

    private static void Collect(JsonObject part, string prefix, List<(string Name, string Value)> numbers)
    {
        foreach (var (name, value) in part)
        {
            if (value is JsonObject inner)
            {
                Collect(inner, $"{prefix}{name}.", numbers);
            }
            else
            {
                numbers.Add((prefix + name, value?.ToString() ?? "none"));
            }
        }
    }
}
