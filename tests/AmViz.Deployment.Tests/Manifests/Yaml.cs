using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AmViz.Deployment.Tests.Manifests;

/// <summary>Reads YAML as Kubernetes' own reader does: plain scalars have types, quoted ones are texts.</summary>
internal static class Yaml
{
    /// <summary>Words that are true or false to YAML 1.1, which kubectl reads, and texts to 1.2.</summary>
    private static readonly HashSet<string> Traps = new(["y", "n", "yes", "no", "on", "off"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The documents of a text that are not empty.</summary>
    public static IReadOnlyList<JsonObject> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));

        // Once through JSON, so that a number can be read as whatever kind of number.
        return [.. stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonObject>().Select(json => (JsonObject)JsonNode.Parse(json.ToJsonString())!)];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(Key(pair.Key), Convert(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? "", scalar.Start.Line),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidDataException($"There is a {node.GetType().Name} at line {node.Start.Line}."),
    };

    private static string Key(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static JsonValue? Plain(string value, long line)
    {
        if (Traps.Contains(value))
        {
            throw new InvalidDataException($"The plain scalar '{value}' at line {line} is true or false to some readers. Put it into quotes.");
        }

        return value switch
        {
            "" or "null" or "~" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !value.Contains(':', StringComparison.Ordinal) => JsonValue.Create(number),
            _ => JsonValue.Create(value),
        };
    }
}
