using System.Text.Json.Serialization.Metadata;
using AmViz.Sweeps;

namespace AmViz.Cli.Tests.Specs;

/// <summary>A value of a recipe and where a spec has it.</summary>
/// <param name="Path">Such as <c>recipe.transforms.crops.count</c>; an item of a list is <c>[0]</c>.</param>
/// <param name="Property">Its declaration.</param>
public sealed record RecipeKey(string Path, JsonPropertyInfo Property)
{
    /// <summary>Every key that a spec can set, through all parts.</summary>
    public static IReadOnlyList<RecipeKey> All { get; } = [.. Of(typeof(RenderRecipe), "recipe")];

    private static IEnumerable<RecipeKey> Of(Type part, string path)
        => from property in SweepJson.PropertiesOf(part)
           let key = new RecipeKey($"{path}.{property.Name}", property)
           where key.Path != "recipe.algorithmVersion"   // the program's own
           from found in PartOf(property) is var (inner, suffix) ? Of(inner, key.Path + suffix).Prepend(key) : [key]
           select found;

    private static (Type Part, string Suffix)? PartOf(JsonPropertyInfo property)
    {
        var element = SweepJson.Compact.GetTypeInfo(property.PropertyType).ElementType;
        var type = element ?? property.PropertyType;
        return SweepJson.Compact.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object ? (type, element is null ? "" : "[0]") : null;
    }
}
