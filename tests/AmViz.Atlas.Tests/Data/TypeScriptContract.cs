using System.Text.RegularExpressions;
using AmViz.TestKit;

namespace AmViz.Atlas.Tests.Data;

/// <summary>Reads what types.ts declares: interfaces, names for other types and numbers, in as much of the language as that file uses.</summary>
internal sealed partial class TypeScriptContract
{
    private readonly Queue<string> _tokens;

    private TypeScriptContract(string source) => _tokens = new(Token().Matches(Comment().Replace(source, "")).Select(match => match.Value));

    /// <summary>Types by their names.</summary>
    public Dictionary<string, TypeScriptType> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>Constants by their names.</summary>
    public Dictionary<string, int> Numbers { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the file.</summary>
    public static TypeScriptContract Read()
    {
        var contract = new TypeScriptContract(File.ReadAllText(RepositoryTree.At("src", "AmViz.Atlas", "Client", "src", "types.ts")));
        while (contract._tokens.Count > 0)
        {
            contract.ReadDeclaration();
        }

        return contract;
    }

    private void ReadDeclaration()
    {
        Take("export");
        var (kind, name) = (_tokens.Dequeue(), _tokens.Dequeue());
        switch (kind)
        {
            case "interface":
                Types.Add(name, ReadType());
                break;
            case "type":
                Take("=");
                Types.Add(name, ReadType());
                Take(";");
                break;
            case "const":
                Take("=");
                Numbers.Add(name, int.Parse(_tokens.Dequeue(), System.Globalization.CultureInfo.InvariantCulture));
                Take(";");
                break;
            default:
                throw new FormatException($"types.ts exports a '{kind}', which this test does not read.");
        }
    }

    private TypeScriptType ReadType()
    {
        var parts = new List<TypeScriptType> { ReadPart() };
        while (TryTake("|"))
        {
            parts.Add(ReadPart());
        }

        return parts.Count == 1 ? parts[0] : new TypeScriptType.Union(parts);
    }

    private TypeScriptType ReadPart()
    {
        var part = ReadHead();
        while (TryTake("["))
        {
            Take("]");
            part = new TypeScriptType.Array(part);
        }

        return part;
    }

    private TypeScriptType ReadHead()
    {
        var token = _tokens.Dequeue();
        switch (token)
        {
            case "{":
                return new TypeScriptType.Fields(ReadFields().ToDictionary(field => field.Name, field => field.Type, StringComparer.Ordinal));
            case "(":
                var inner = ReadType();
                Take(")");
                return inner;
            case "[":
                return new TypeScriptType.Tuple([.. ReadList("]")]);
            default:
                return TryTake("<") ? new TypeScriptType.Named(token, [.. ReadList(">")]) : new TypeScriptType.Named(token, []);
        }
    }

    private List<(string Name, TypeScriptType Type)> ReadFields()
    {
        var fields = new List<(string Name, TypeScriptType Type)>();
        while (!TryTake("}"))
        {
            var name = _tokens.Dequeue();
            Take(":");
            fields.Add((name, ReadType()));
            TryTake(";");
        }

        return fields;
    }

    private List<TypeScriptType> ReadList(string end)
    {
        var list = new List<TypeScriptType>();
        do
        {
            list.Add(ReadType());
        }
        while (TryTake(","));
        Take(end);
        return list;
    }

    private bool TryTake(string token) => _tokens.TryPeek(out var next) && next == token && _tokens.TryDequeue(out _);

    private void Take(string token) => Assert.True(TryTake(token), $"Expected '{token}' before '{string.Join(' ', _tokens.Take(8))}'.");

    [GeneratedRegex(@"/\*.*?\*/|//[^\n]*", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\w+|'\w+'|[^\s\w]", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}

/// <summary>A type of TypeScript.</summary>
internal abstract record TypeScriptType
{
    /// <summary>One of several.</summary>
    public sealed record Union(IReadOnlyList<TypeScriptType> Parts) : TypeScriptType;

    /// <summary>Any number of one.</summary>
    public sealed record Array(TypeScriptType Of) : TypeScriptType;

    /// <summary>Some in a row.</summary>
    public sealed record Tuple(IReadOnlyList<TypeScriptType> Parts) : TypeScriptType;

    /// <summary>An object.</summary>
    public sealed record Fields(IReadOnlyDictionary<string, TypeScriptType> Types) : TypeScriptType;

    /// <summary>What has a name, or is a word in quotes.</summary>
    public sealed record Named(string Name, IReadOnlyList<TypeScriptType> Arguments) : TypeScriptType;
}
