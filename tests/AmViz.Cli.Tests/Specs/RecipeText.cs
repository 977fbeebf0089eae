using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using AmViz.Sweeps;

namespace AmViz.Cli.Tests.Specs;

/// <summary>A recipe as a spec that says everything of it, one value a line.</summary>
internal static class RecipeText
{
    // What JSON leaves out has another value in the named recipe.
    private static readonly JsonSerializerOptions Everything = new(SweepJson.Compact)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers = { contract => { foreach (var property in contract.Properties.Where(property => property.Set is not null)) { property.ShouldSerialize = null; } } },
        },
    };

    /// <summary>The recipe as JSON, without the number of the algorithm, which belongs to the program.</summary>
    public static JsonObject Json(RenderRecipe recipe)
    {
        var json = JsonSerializer.SerializeToNode(recipe, Everything)!.AsObject();
        Assert.True(json.Remove("algorithmVersion"));
        return json;
    }

    /// <summary>A spec with this recipe.</summary>
    public static string Spec(JsonObject recipe)
    {
        var text = new StringBuilder("models: [fakenet]\nrecipe:\n");
        Write(text, recipe, "  ");
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonObject part, string indent)
    {
        foreach (var (key, value) in part)
        {
            text.Append(indent).Append(key).Append(':');
            if (value is JsonObject inner)
            {
                text.Append('\n');
                Write(text, inner, indent + "  ");
            }
            else
            {
                text.Append(' ').Append(value?.ToJsonString() ?? "null").Append('\n');
            }
        }
    }
}
