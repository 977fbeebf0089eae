using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AmViz.Cli.Specs;

/// <summary>A value of a spec under its path. What is wrong with it is noted, and reading goes on.</summary>
internal sealed class SpecNode
{
    private readonly YamlNode _node;
    private readonly SpecPlaces _places;
    private readonly List<SpecProblem> _problems;

    public SpecNode(YamlNode node, string path, SpecPlaces places, List<SpecProblem> problems)
    {
        (_node, Path, _places, _problems) = (node, path, places, problems);
        places.Add(path, node.Start);
    }

    /// <summary>Such as <c>models[0].layers</c>; empty for the whole file.</summary>
    public string Path { get; }

    /// <summary>Whether it is a single word or number rather than a mapping or a list.</summary>
    public bool IsScalar => _node is YamlScalarNode;

    /// <summary>Whether it is the word of YAML for nothing.</summary>
    public bool IsNull => _node is YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "~" };

    /// <summary>Whether it has keys.</summary>
    public bool IsMapping => _node is YamlMappingNode;

    /// <summary>Whether it is a list.</summary>
    public bool IsList => _node is YamlSequenceNode;

    /// <summary>The values under the known keys; other keys are noted with the nearest known one.</summary>
    public IReadOnlyDictionary<string, SpecNode> Mapping(params string[] known)
    {
        var values = new Dictionary<string, SpecNode>(StringComparer.Ordinal);
        if (_node is not YamlMappingNode mapping)
        {
            Note($"{Found()}. Expected a mapping with {Quoted(known)}.");
            return values;
        }

        foreach (var (keyNode, value) in mapping.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            var path = Path.Length == 0 ? key : $"{Path}.{key}";
            if (known.Contains(key, StringComparer.Ordinal))
            {
                values.Add(key, At(value, path));
            }
            else
            {
                _places.Add(path, keyNode.Start);
                _problems.Add(new(path, $"'{key}' is not a key here.{Nearest.Question(key, known)} Known are {Quoted(known)}."));
            }
        }

        return values;
    }

    /// <summary>The values of a list.</summary>
    public IReadOnlyList<SpecNode> Items()
    {
        if (_node is YamlSequenceNode sequence)
        {
            return [.. sequence.Children.Select((item, i) => At(item, Indexed(i)))];
        }

        Note($"{Found()}. Expected a list.");
        return [];
    }

    /// <summary>A text.</summary>
    public string? Text()
        => _node is YamlScalarNode { Value: { Length: > 0 } text } ? text : Missing<string>("a text");

    /// <summary>A whole number.</summary>
    public int? Integer()
        => _node is YamlScalarNode { Value: { } text } && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : Missing<int?>("a whole number");

    /// <summary>A number.</summary>
    public double? Number()
        => _node is YamlScalarNode { Value: { } text } && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : Missing<double?>("a number");

    /// <summary>true or false.</summary>
    public bool? Flag()
        => _node is YamlScalarNode { Value: { } text } && bool.TryParse(text, out var flag) ? flag : Missing<bool?>("true or false");

    /// <summary>A value of an enumeration, by its name in JSON.</summary>
    public object? Word(Type enumeration)
    {
        var names = Enum.GetNames(enumeration).Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        var text = (_node as YamlScalarNode)?.Value ?? "";
        var index = Array.IndexOf(names, text);
        return index >= 0 ? Enum.GetValues(enumeration).GetValue(index) : Missing<object>($"one of {Quoted(names)}", Nearest.Question(text, names));
    }

    /// <summary>Notes a mistake at this value.</summary>
    public void Note(string message) => _problems.Add(new(Path, message));

    private SpecNode At(YamlNode node, string path) => new(node, path, _places, _problems);

    private string Indexed(int index) => string.Create(CultureInfo.InvariantCulture, $"{Path}[{index}]");

    private T? Missing<T>(string expected, string hint = "")
    {
        Note($"{Found()}. Expected {expected}.{hint}");
        return default;
    }

    private string Found() => _node switch
    {
        // What begins with '!' is a tag in YAML, as in "- !conv_1": the name is then no part of the text.
        YamlScalarNode { Value: null or "", Tag: { IsEmpty: false, IsNonSpecific: false } tag } => $"Found '{tag.Value}' without quotes, which YAML takes for a tag. Write it in quotes",
        YamlScalarNode { Value: null or "" } => "Nothing stands here",
        YamlScalarNode scalar => $"Found '{scalar.Value}'",
        YamlSequenceNode => "Found a list",
        _ => "Found a mapping",
    };

    /// <summary>Words in quotes, with commas between them.</summary>
    public static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"'{word}'"));
}
