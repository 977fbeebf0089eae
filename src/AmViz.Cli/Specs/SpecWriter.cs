using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AmViz.Cli.Specs;

/// <summary>Writes a spec as JSON that <see cref="SpecReader"/> reads as the same spec.</summary>
internal static class SpecWriter
{
    private const string AlgorithmVersion = "algorithmVersion";

    // What is left out of a recipe is as the named recipe has it, so a null is written as well, and so is what has its usual value.
    private static readonly JsonSerializerOptions Everything = new(SweepJson.Compact)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WriteAlways } },
    };

    /// <summary>The spec as JSON.</summary>
    public static string Write(SweepSpec spec)
    {
        var recipe = JsonSerializer.SerializeToNode(spec.Recipe, Everything)!.AsObject();
        // It belongs to the program that draws.
        recipe.Remove(AlgorithmVersion);
        var json = JsonSerializer.SerializeToNode(spec, SweepJson.Compact)!.AsObject();
        if (spec is { Photographs: null, Scores: null })
        {
            json["recipe"] = recipe;
        }
        else
        {
            // Nothing is drawn.
            json.Remove("recipe");
        }

        return json.ToJsonString();
    }

    private static void WriteAlways(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.Set is not null))
        {
            property.ShouldSerialize = null;
        }
    }
}
