using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Sweeps.Tests;

/// <summary>Goes through a recipe number by number, so that one that is added later is covered as well.</summary>
public sealed class RecipeHashTests
{
    // Every optional number is set, so that each of them is there to be changed.
    private static readonly RenderRecipe Recipe = Recipes.Paper with
    {
        Objective = new() { Kind = ObjectiveKind.Neuron, Row = 1, Column = 2 },
        Transforms = Recipes.Paper.Transforms with { PadPixels = 3 },
    };

    public static TheoryData<string> Numbers => [.. Leaves(Json(), "").Select(leaf => leaf.Path)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void EveryNumberOfARecipeIsPartOfItsHash(string path)
    {
        var json = Json();
        var (_, parent, key) = Leaves(json, "").Single(leaf => leaf.Path == path);
        parent[key] = Another(key, parent[key]!.AsValue());
        Assert.NotEqual(Recipe.Hash, json.Deserialize<RenderRecipe>(SweepJson.Compact)!.Hash);
    }

    private static JsonObject Json() => JsonSerializer.SerializeToNode(Recipe, SweepJson.Compact)!.AsObject();

    private static IEnumerable<(string Path, JsonObject Parent, string Key)> Leaves(JsonObject node, string path)
        => node.SelectMany(item => item.Value is JsonObject inner
            ? Leaves(inner, $"{path}{item.Key}.")
            : [($"{path}{item.Key}", node, item.Key)]);

    private static JsonNode Another(string key, JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => !value.GetValue<bool>(),
        JsonValueKind.Number => value.GetValue<double>() + 1,
        _ => (key, value.GetValue<string>()) switch
        {
            ("kind", "neuron") => "channel",
            ("kind", "adam") => "gradientAscent",
            ("parameterization", _) => "pixel",
            (_, var text) => text + "-changed",
        },
    };
}
