using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using AmViz.Sweeps;
using CsCheck;

namespace AmViz.Cli.Tests.Specs;

/// <summary>Any recipe: every value within the bounds that its declaration has, so that one that is added later is covered as well.</summary>
internal static class RecipeGen
{
    private const int LongestList = 3;

    private static readonly Gen<object?> Texts = OneOf<object?>(["conv_1", "null", "*_bn", "!x: {", "flügel 'a' \"b\" #c", "7"]);

    public static Gen<RenderRecipe> Any { get; } =
        Gen.Select(Part(typeof(RenderRecipe)), OneOf(Recipes.All), (recipe, named) => ((RenderRecipe)recipe!) with { Name = named.Name });

    private static Gen<object?> Part(Type part)
    {
        var properties = SweepJson.PropertiesOf(part).Where(property => property.Name != "algorithmVersion").ToArray();
        return properties.Aggregate(
                Gen.Const(ImmutableList<object?>.Empty),
                (values, property) => Gen.Select(values, Value(property), (list, value) => list.Add(value)))
            .Select(values =>
            {
                var made = SweepJson.Compact.GetTypeInfo(part).CreateObject!();
                foreach (var (property, value) in properties.Zip(values))
                {
                    property.Set!(made, value);
                }

                return (object?)made;
            });
    }

    private static Gen<object?> Value(JsonPropertyInfo property)
    {
        var some = Value(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, BoundsAttribute.Of(property));
        return property.IsSetNullable ? Gen.OneOf(some, Gen.Const((object?)null)) : some;
    }

    private static Gen<object?> Value(Type type, BoundsAttribute? bounds)
        => type == typeof(int) ? Gen.Int[(int)(bounds?.Min ?? int.MinValue), (int)(bounds?.Max ?? int.MaxValue)].Select(number => (object?)number)
            : type == typeof(double) ? Gen.Double[bounds?.Min ?? -1e9, bounds?.Max ?? 1e9].Select(number => (object?)number)
            : type == typeof(bool) ? Gen.Bool.Select(flag => (object?)flag)
            : type == typeof(string) ? Texts
            : type.IsEnum ? OneOf<object?>([.. Enum.GetValues(type).Cast<object?>()])
            : SweepJson.Compact.GetTypeInfo(type).ElementType is { } element ? List(element, bounds)
            : Part(type);

    private static Gen<object?> List(Type element, BoundsAttribute? length)
        => Value(element, bounds: null).Array[(int)(length?.Min ?? 0), (int)(length?.Max ?? LongestList)].Select(items =>
        {
            var list = Array.CreateInstance(element, items.Length);
            items.CopyTo(list, 0);
            return (object?)list;
        });

    private static Gen<T> OneOf<T>(IReadOnlyList<T> values) => Gen.Int[0, values.Count - 1].Select(index => values[index]);
}
