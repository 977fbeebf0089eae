using System.Text;
using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Chart;

/// <summary>A value of the chart: its path, what is said of it, and what it is when nobody says.</summary>
internal sealed record ChartValue(string Path, string Text, JsonNode? Default);

/// <summary>The values of values.yaml with their comments, and the table that README.md has of them.</summary>
internal static class ValuesTable
{
    private const string Mark = "# -- ";

    /// <summary>Every value with a comment, in order.</summary>
    public static IReadOnlyList<ChartValue> Read(string yaml)
    {
        var defaults = Yaml.Read(yaml)[0];
        var values = new List<ChartValue>();
        var path = new List<(int Indent, string Key)>();
        string? text = null;
        foreach (var line in yaml.Split('\n'))
        {
            var words = line.TrimStart();
            var indent = line.Length - words.Length;
            if (words.StartsWith('#'))
            {
                text = words.StartsWith(Mark, StringComparison.Ordinal) ? words[Mark.Length..] : null;
            }
            else if (words.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !words.StartsWith('-'))
            {
                path.RemoveAll(parent => parent.Indent >= indent);
                path.Add((indent, words[..colon]));
                if (text is not null)
                {
                    values.Add(new(string.Join('.', path.Select(part => part.Key)), text, path.Aggregate((JsonNode?)defaults, (at, part) => at?[part.Key])));
                }

                text = null;
            }
        }

        return values;
    }

    /// <summary>Values that no comment speaks of, neither theirs nor that of what they are in.</summary>
    public static IEnumerable<string> Undocumented(string yaml)
    {
        var documented = Read(yaml).Select(value => value.Path).ToHashSet(StringComparer.Ordinal);
        return Leaves(Yaml.Read(yaml)[0], "", documented);
    }

    /// <summary>The table, in Markdown.</summary>
    public static string Write(IEnumerable<ChartValue> values)
    {
        var table = new StringBuilder("| value | default | |\n| --- | --- | --- |\n");
        foreach (var value in values)
        {
            table.Append("| `").Append(value.Path).Append("` | ").Append(Show(value.Default)).Append(" | ").Append(value.Text.Replace("|", "\\|", StringComparison.Ordinal)).Append(" |\n");
        }

        return table.ToString();
    }

    private static string Show(JsonNode? value) => value switch
    {
        null => "",
        JsonValue text when text.GetValueKind() == System.Text.Json.JsonValueKind.String => (string)text! is { Length: > 0 } word ? $"`{word}`" : "",
        JsonObject or JsonArray => $"`{value.ToJsonString(Plain)}`",
        _ => $"`{value}`",
    };

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static IEnumerable<string> Leaves(JsonObject parent, string path, HashSet<string> documented)
        => parent.SelectMany(pair =>
        {
            var own = $"{path}{pair.Key}";
            return documented.Contains(own) ? []
                : pair.Value is JsonObject { Count: > 0 } more ? Leaves(more, $"{own}.", documented)
                : [own];
        });
}
