using System.Text.Json.Serialization.Metadata;
using AmViz.Models;

namespace AmViz.Cli.Specs;

/// <summary>Reads a recipe: the name of a known one, or a mapping that changes some of its values.</summary>
/// <remarks>
/// Keys, types and which values may be null come from <see cref="RenderRecipe"/> and its parts, by their JSON contract: a number that
/// is added there can be written in a spec. Bounds are the planner's business.
/// </remarks>
internal static class RecipeReader
{
    private const string Name = "name";

    // The number of the algorithm belongs to the program.
    private const string AlgorithmVersion = "algorithmVersion";

    /// <summary>The key that a single word or number stands for in the place of a mapping.</summary>
    private static readonly Dictionary<Type, string> Shorthands = new()
    {
        [typeof(ObjectiveSettings)] = "kind",
        [typeof(FacetSettings)] = "count",
        [typeof(CropSettings)] = "count",
    };

    /// <summary>Reads <paramref name="node"/>; what cannot be read is noted and stays as the named recipe has it.</summary>
    public static RenderRecipe Read(SpecNode node)
    {
        if (node.IsScalar)
        {
            return Named(node);
        }

        var keys = node.Mapping(KeysOf(typeof(RenderRecipe)));
        var recipe = keys.TryGetValue(Name, out var name) ? Named(name) : Recipes.Paper;
        return (RenderRecipe)Change(typeof(RenderRecipe), recipe, keys.Where(key => key.Key != Name).ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>The keys of a part of a recipe, in the order of its declaration.</summary>
    internal static string[] KeysOf(Type part)
        => [.. SweepJson.PropertiesOf(part).Select(property => property.Name).Where(key => key != AlgorithmVersion)];

    private static RenderRecipe Named(SpecNode node)
    {
        if (node.Text() is not { } name)
        {
            return Recipes.Paper;
        }

        var recipe = Recipes.Find(name);
        if (recipe is null)
        {
            var known = Recipes.All.Select(known => known.Name);
            node.Note($"'{name}' is not a recipe.{Nearest.Question(name, known)} Known are {string.Join(", ", known)}.");
        }

        return recipe ?? Recipes.Paper;
    }

    /// <summary>A copy of <paramref name="original"/>, or of the defaults where that is null, with the values that are given.</summary>
    private static object Change(Type part, object? original, IReadOnlyDictionary<string, SpecNode> given)
    {
        var contract = SweepJson.Compact.GetTypeInfo(part);
        var changed = contract.CreateObject!();
        foreach (var property in SweepJson.PropertiesOf(part))
        {
            var value = property.Get!(original ?? changed);
            property.Set!(changed, given.TryGetValue(property.Name, out var node) ? ReadValue(node, property, value) : value);
        }

        return changed;
    }

    private static object? ReadValue(SpecNode node, JsonPropertyInfo property, object? value)
        => node.IsNull && property.IsSetNullable ? null : ReadValue(node, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, value);

    private static object? ReadValue(SpecNode node, Type type, object? value)
        => type == typeof(int) ? node.Integer() ?? value
            : type == typeof(double) ? node.Number() ?? value
            : type == typeof(bool) ? node.Flag() ?? value
            : type == typeof(string) ? node.Text() ?? value
            : type.IsEnum ? node.Word(type) ?? value
            : SweepJson.Compact.GetTypeInfo(type).ElementType is { } element ? ReadList(node, element)
            : type == typeof(TransformSettings) && node.IsScalar ? ReadTransforms(node) ?? value
            : ReadPart(node, type, value);

    private static Array ReadList(SpecNode node, Type element)
    {
        var items = node.Items();
        var list = Array.CreateInstance(element, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            list.SetValue(ReadValue(items[i], element, value: null), i);   // null, which cannot be read, is 0 in a list of numbers
        }

        return list;
    }

    private static object ReadPart(SpecNode node, Type part, object? value)
    {
        if (node.IsScalar && Shorthands.TryGetValue(part, out var key))
        {
            return Change(part, value, new Dictionary<string, SpecNode>(StringComparer.Ordinal) { [key] = node });
        }

        var keys = node.Mapping(KeysOf(part));
        if (value is null && node.IsMapping)
        {
            NoteMissing(node, part, keys);
        }

        return Change(part, value, keys);
    }

    private static void NoteMissing(SpecNode node, Type part, IReadOnlyDictionary<string, SpecNode> keys)
    {
        foreach (var property in SweepJson.PropertiesOf(part).Where(property => property.IsRequired && !keys.ContainsKey(property.Name)))
        {
            node.Note($"The key '{property.Name}' is missing. Write '{property.Name}: ...'; it has no default.");
        }
    }

    private static TransformSettings? ReadTransforms(SpecNode node)
    {
        if (node.Text() is not { } word)
        {
            return null;
        }

        var transforms = TransformChoices.Find(word);
        if (transforms is null)
        {
            node.Note($"Found '{word}'. Expected {string.Join(", ", TransformChoices.Names)}, or a mapping with {SpecNode.Quoted(KeysOf(typeof(TransformSettings)))}.");
        }

        return transforms;
    }
}
