using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AmViz.Atlas.Data;

namespace AmViz.Atlas.Tests.Data;

/// <summary>Holds records against the types of types.ts, property by property.</summary>
/// <param name="types">Of types.ts.</param>
internal sealed class ContractCheck(IReadOnlyDictionary<string, TypeScriptType> types)
{
    private static readonly Type[] Numbers = [typeof(int), typeof(long), typeof(float), typeof(double)];

    /// <summary>Types of the contract that records were held against.</summary>
    public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>What is not the same.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Compares a type as it is written with what the contract says.</summary>
    public void Compare(Type type, TypeScriptType contract, string at)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            Require(HasNull(contract), at, "may be null");
            type = value;
        }

        switch (WithoutNull(contract))
        {
            case TypeScriptType.Fields fields:
                CompareFields(type, fields, at);
                break;
            case TypeScriptType.Array array:
                CompareElements(type, [array.Of], at);
                break;
            case TypeScriptType.Tuple tuple:
                CompareElements(type, tuple.Parts, at);
                break;
            case TypeScriptType.Union words:
                CompareWords(type, words, at);
                break;
            case TypeScriptType.Named named:
                CompareNamed(type, named, at);
                break;
        }
    }

    private void CompareNamed(Type type, TypeScriptType.Named named, string at)
    {
        if (types.TryGetValue(named.Name, out var declared))
        {
            Seen.Add(named.Name);
            Compare(type, declared, at);
            return;
        }

        switch (named.Name)
        {
            case "number":
                Require(Numbers.Contains(type), at, $"is {type.Name}, no number");
                break;
            case "boolean":
                Require(type == typeof(bool), at, $"is {type.Name}, no boolean");
                break;
            case "string":
                Require(type == typeof(string) || type.IsEnum, at, $"is {type.Name}, no string");
                break;
            case "Partial" or "Record" when named.Arguments is [TypeScriptType.Named { Name: "Record" } record]:
                CompareNamed(type, record, at);
                break;
            case "Record":
                var pair = type.GetGenericArguments();
                Require(pair.Length == 2, at, $"is {type.Name}, no record");
                Compare(pair[0], named.Arguments[0], $"{at} key");
                Compare(pair[1], named.Arguments[1], $"{at} value");
                break;
            default:
                Differences.Add($"{at}: types.ts names '{named.Name}', which it does not declare.");
                break;
        }
    }

    private void CompareFields(Type type, TypeScriptType.Fields fields, string at)
    {
        var info = DataJson.Options.GetTypeInfo(type);
        var written = info.Properties.Where(property => property.Get is not null).ToDictionary(property => property.Name, StringComparer.Ordinal);
        Require(info.Kind == JsonTypeInfoKind.Object, at, $"is {type.Name}, no object");
        foreach (var name in fields.Types.Keys.Union(written.Keys))
        {
            if (fields.Types.TryGetValue(name, out var field) && written.TryGetValue(name, out var property))
            {
                Require(property.IsGetNullable == HasNull(field), $"{at}.{name}", property.IsGetNullable ? "may be null" : "is never null");
                Compare(property.PropertyType, field, $"{at}.{name}");
            }
            else
            {
                Differences.Add($"{at}.{name} is {(written.ContainsKey(name) ? "written, but not in types.ts" : "in types.ts, but not written")}.");
            }
        }
    }

    private void CompareElements(Type type, IReadOnlyList<TypeScriptType> elements, string at)
    {
        var element = type.IsArray ? type.GetElementType() : type.GetGenericArguments() is [var only] ? only : null;
        Require(element is not null, at, $"is {type.Name}, no list");
        foreach (var contract in elements)
        {
            Compare(element ?? type, contract, $"{at}[]");
        }
    }

    private void CompareWords(Type type, TypeScriptType.Union words, string at)
    {
        Require(type.IsEnum, at, $"is {type.Name}, not one of several words");
        var written = type.IsEnum ? Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName) : [];
        Require(written.SequenceEqual(words.Parts.OfType<TypeScriptType.Named>().Select(word => word.Name.Trim('\''))), at, $"has the words {string.Join(", ", written)}");
    }

    private void Require(bool holds, string at, string found)
    {
        if (!holds)
        {
            Differences.Add($"{at} {found}.");
        }
    }

    private static bool HasNull(TypeScriptType type) => type is TypeScriptType.Union union && union.Parts.Any(IsNull);

    private static bool IsNull(TypeScriptType type) => type is TypeScriptType.Named { Name: "null" };

    private static TypeScriptType WithoutNull(TypeScriptType type)
        => type is TypeScriptType.Union union && HasNull(type) ? union.Parts.Where(part => !IsNull(part)).ToList() is [var only] ? only : new TypeScriptType.Union([.. union.Parts.Where(part => !IsNull(part))]) : type;
}
